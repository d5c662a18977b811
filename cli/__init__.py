"""`eks-efa`: the one command line. Each verb is a file in `verbs`; make's targets only call it.

What a verb decides (who counts as ready, which reason is final, what the table says) is in plain
functions on plain data, so that tests need neither a cluster nor a terminal. What it does goes through
the sandbox's world and engine, or through Pulumi; nothing here imports the program.
"""
