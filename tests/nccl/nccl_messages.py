"""NCCL's and the plugin's own messages for a generated log, in the forms of their sources."""

from tests.nccl.nccl_tests_run import Run


def said(run: Run, rank: int, text: str) -> str:
    """One message with the head that NCCL's `src/debug.cc` gives it."""
    return f"{run.hosts[rank // run.gpus]}:{100 + rank}:{160 + rank} [{rank % run.gpus}] NCCL INFO {text}"


def selected(run: Run) -> str:
    """The plugin's provider line: to 1.6, from 1.7, and from 1.14 on."""
    if run.fabric is not None:
        return f"NET/OFI Selected provider is {run.provider}, fabric is {run.fabric} (found {run.nics} nics)"
    count = "" if run.nics is None else f" (found {run.nics} nics)"
    return f"NET/OFI Selected Provider is {run.provider}{count}"


def messages(run: Run) -> list[str]:
    """What every rank says while NCCL sets up."""
    lines = [said(run, 0, f"NCCL version {run.nccl}+cuda{run.cuda}")]
    for rank in range(run.ranks):
        lines.append(said(run, rank, "cudaDriverVersion 12090"))
        if run.network != "Socket":
            lines += [
                said(run, rank, f"NET/OFI Initializing aws-ofi-nccl {run.plugin}"),
                said(run, rank, "NET/OFI Using Libfabric version 2.3"),
                said(run, rank, selected(run)),
            ]
        lines.append(said(run, rank, f"Using network {run.network}"))
    for rank in range(run.ranks):
        after, via = (rank + 1) % run.ranks, f"NET/{run.network}/0"
        lines.append(said(run, rank, f"Channel 00/0 : {rank}[0] -> {after}[0] [send] via {via}/GDRDMA"))
    return lines
