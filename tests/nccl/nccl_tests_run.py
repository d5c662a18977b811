"""A run of nccl-tests that never was: what generated logs are made from."""

from dataclasses import dataclass, field

ELEMENT_BYTES = {"float": 4, "half": 2, "bfloat16": 2, "f8e4m3": 1, "f8e5m2": 1, "int8": 1, "int32": 4}
ELEMENT_BYTES |= {"uint8": 1, "uint32": 4, "int64": 8, "uint64": 8, "double": 8}
SHARED = ("all_gather", "reduce_scatter", "alltoall", "alltoallv", "gather", "scatter", "hypercube")
ROOTED = ("broadcast", "reduce", "gather", "scatter")
REDUCING = ("all_reduce", "reduce", "reduce_scatter", "sendrecv")
UNCHECKED_IN_PLACE = ("alltoall", "alltoallv", "sendrecv")
CLOCK = "2026-07-10 09:30:00"


@dataclass(frozen=True)
class Run:
    """A run that never was; `peak` is its bus bandwidth at large sizes in GB/s.

    `times` are published ones by size, out of place and in place, in microseconds; they go before what `peak`
    and `latency_us` would give.
    """

    collective: str = "all_reduce"
    release: tuple[int, int, int] = (2, 19, 6)
    hosts: tuple[str, ...] = ("nccl-efa-worker-0", "nccl-efa-worker-1")
    gpus: int = 8
    gpu: str = "NVIDIA H100 80GB HBM3"
    minimum: int = 8
    maximum: int = 8 << 30
    factor: int = 4
    step: int = 0
    types: tuple[str, ...] = ("float",)
    operations: tuple[str, ...] = ("sum",)
    roots: tuple[int, ...] = (0,)
    cycles: int = 1
    peak: float = 480.0
    latency_us: float = 65.0
    times: dict[int, tuple[float, float]] = field(default_factory=dict)
    timestamps: bool = False
    per_iteration: bool = False
    memory: bool = False
    cputime: bool = False
    side_work: bool = False
    validation: int = 1
    wrong: dict[int, int] = field(default_factory=dict)
    minimum_bandwidth: float | None = None
    reduced: int | None = None
    last_error: str | None = None
    network: str = "Libfabric"
    provider: str = "efa"
    fabric: str | None = "efa-direct"
    nics: int | None = 32
    plugin: str = "1.17.2"
    nccl: str = "2.28.7"
    cuda: str = "12.9"
    multi_node_nvlink: bool = False
    first_pid: int = 100

    def pid(self, rank: int) -> int:
        """Of the rank's process."""
        return self.first_pid + rank

    @property
    def ranks(self) -> int:
        return len(self.hosts) * self.gpus

    @property
    def old(self) -> bool:
        """Releases that print the largest deviation as `error`."""
        return self.release < (2, 13, 0)
