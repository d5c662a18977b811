"""The NCCL test as the command line runs it: a template is copied into a run, and its log becomes a verdict.

`proof` is the whole verb. It takes the `turn`, runs each of the `templates` (`run`), looks at the cluster
while it waits (`look`, `pods`, `progress`), keeps the launcher's log (`launcher_log`) and has it judged
(`judgement`). `report` judges logs that are there already, without a cluster.
"""
