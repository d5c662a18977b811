"""Who said what: NCCL's messages held against the processes and ranks that they are of.

The head of a message (`host:pid:thread [device]`) names its process, and what a process says of a rank
tells which rank it runs. So it can be told who spoke and who did not, and what carried the data between
whom: also of a job that still runs, and of one that is no nccl-tests run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, order=True)
class Speaker:
    """A process, as the head of its messages names it. Host names end at their first dot."""

    host: str
    pid: int

    def __str__(self) -> str:
        """`host:pid`, as in the log."""
        return f"{self.host}:{self.pid}"


def _no_channels() -> Mapping[tuple[int, int], frozenset[str]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Process:
    """What one process said: its networks, providers, counts of interfaces, and the ranks that it runs.

    `channels` has, by the ranks from and to, what carries them: `NET/Libfabric`, `P2P/CUMEM`, `SHM`.
    `tag` is the rank that mpirun's `--tag-output` puts before its lines, `device` the number in its
    messages' head.
    """

    speaker: Speaker
    networks: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
    ranks: frozenset[int] = frozenset()
    channels: Mapping[tuple[int, int], frozenset[str]] = field(default_factory=_no_channels)
    tag: int | None = field(default=None, compare=False)
    device: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """All that NCCL said of processes and channels.

    `ranks` and `nodes` are the largest numbers that a communicator has; `multi_node_nvlink` is that one
    spans nodes by NVLink ("MNNVL 1"). `unknown` quotes lines with a name that is not known; `deduplicated`
    says that Ray left out lines.
    """

    processes: tuple[Process, ...] = ()
    ranks: int | None = None
    nodes: int | None = None
    multi_node_nvlink: bool = False
    unknown: tuple[str, ...] = ()
    deduplicated: bool = False

    @property
    def highest_rank(self) -> int | None:
        """The highest rank that anything was said of, None where nothing was."""
        named = (
            rank
            for process in self.processes
            for ranks in (process.ranks, *process.channels)
            for rank in ranks
        )
        return max(named, default=None)
