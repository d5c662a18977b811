"""NCCL's and the plugin's own messages for a generated log, in the forms of their sources.

A ring over all ranks: within a node by P2P, between nodes by the network, as NCCL sets it up.
"""

from collections.abc import Iterator

from tests.nccl.nccl_tests_run import Run


def release(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def said(run: Run, rank: int, text: str) -> str:
    """One message with the head that NCCL's `src/debug.cc` gives it."""
    host = run.hosts[rank // run.gpus]
    return f"{host}:{run.pid(rank)}:{run.pid(rank) + 60} [{rank % run.gpus}] NCCL INFO {text}"


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
    return [*lines, *(said(run, rank, text) for rank in range(run.ranks) for text in communicator(run, rank))]


def communicator(run: Run, rank: int) -> Iterator[str]:
    """What one rank says of the communicator: its place, its channels, and that it is complete."""
    nodes, nvlink = len(run.hosts), run.multi_node_nvlink
    counted = 1 if nvlink else nodes
    if release(run.nccl) >= (2, 20, 3):
        yield (
            f"comm 0x5{rank:03x} rank {rank} nRanks {run.ranks} nNodes {counted} localRanks "
            f"{run.ranks // counted} localRank {rank % (run.ranks // counted)} MNNVL {int(nvlink)}"
        )
    if run.ranks > 1:
        after, before = (rank + 1) % run.ranks, (rank - 1) % run.ranks
        yield channel(run, rank, after, "send")
        if run.hosts[before // run.gpus] != run.hosts[rank // run.gpus] and not nvlink:
            yield channel(run, before, rank, "receive")
    yield (
        f"ncclCommInitRank comm 0x5{rank:03x} rank {rank} nranks {run.ranks} cudaDev {rank % run.gpus} "
        f"busId {0x53 + rank % run.gpus:x}000 - Init COMPLETE"
    )


def channel(run: Run, source: int, target: int, way: str) -> str:
    """The line of a channel: bus numbers to 2.18, device numbers since; a connection number since 2.12."""
    old = release(run.nccl) < (2, 19, 0)
    ends = [
        f"{rank}[{(0x53 + rank % run.gpus) << 12:x}]" if old else f"{rank}[{rank % run.gpus}]"
        for rank in (source, target)
    ]
    number = "00" if release(run.nccl) < (2, 12, 0) else "00/0"
    if run.multi_node_nvlink:
        via = "via P2P/MNNVL"
    elif source // run.gpus == target // run.gpus:
        via = "via P2P/IPC" if old else "via P2P/CUMEM"
    else:
        gdr = "" if run.network == "Socket" else "/GDRDMA"
        via = f"[{way}] via NET/{run.network}/0{gdr}"
    return f"Channel {number} : {ends[0]} -> {ends[1]} {via}"
