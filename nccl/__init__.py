"""From the log of an nccl-tests run to a verdict that a person or a pipeline can trust.

Pure: it reads files, calls no cluster and imports nothing else of this project. The path is
`source` (which file is it) -> `parser` or `json_log` (facts) -> `verdict` (checks) -> `report`, `picture`.
"""
