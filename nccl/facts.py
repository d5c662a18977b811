"""What the log of an nccl-tests run says, and nothing that it does not say.

A fact that is missing stays missing (`None`, an empty tuple): it is the verdict's business to decide
what a missing fact means. Bandwidths are in GB/s of 10^9 bytes and times in microseconds, as
nccl-tests prints them; sizes are in bytes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from nccl.names import LIBFABRIC, kind_of
from nccl.roster import Device, Roster
from nccl.said import Said

RECORDED_MARK = "recorded, not measured here"
"""A log that carries these words is a replayed recording; every output repeats them."""


def _no_counts() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Measurement:
    """One half of a result row: out of place or in place.

    `wrong` counts wrong elements and is None where nccl-tests printed N/A. Releases before August 2022
    print the largest deviation instead of a count; it is then in `deviation`.
    """

    time_us: float
    algorithm_bandwidth: float
    bus_bandwidth: float
    wrong: int | None = None
    deviation: float | None = None

    @property
    def checked(self) -> bool:
        """Whether nccl-tests compared the result with the expected values."""
        return self.wrong is not None or self.deviation is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One message size of one series; `count` is in elements, `root` is -1 for collectives without one."""

    size: int
    count: int
    datatype: str
    operation: str
    root: int
    out_of_place: Measurement | None
    in_place: Measurement | None

    @property
    def series(self) -> tuple[str, str, int]:
        """Rows of one series differ in size only: `-d all`, `-o all` and `-r all` print several."""
        return self.datatype, self.operation, self.root

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """The halves that are there."""
        return tuple(half for half in (self.out_of_place, self.in_place) if half is not None)


@dataclass(frozen=True, slots=True)
class DeclaredSweep:
    """The sizes that were asked for: the "# nThread ... minBytes ... maxBytes ... step" line.

    `validation` is the number of checked iterations (-c); 0 means that no result was compared.
    """

    minimum_bytes: int
    maximum_bytes: int
    step: int
    step_is_factor: bool
    validation: int | None


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions as the components print them; `cuda` is the one NCCL was built with."""

    nccl: str | None = None
    plugin: str | None = None
    libfabric: str | None = None
    cuda: str | None = None
    cuda_driver: str | None = None
    nccl_tests: str | None = None


@dataclass(frozen=True, slots=True)
class Transport:
    """What was selected to carry the data, each with the number of lines (usually: ranks) that said so.

    `networks` are the names in NCCL's "Using network ..." (Socket, AWS Libfabric, Libfabric, IB),
    `providers` and `fabrics` those in the plugin's "Selected provider is ..., fabric is ...", and
    `interfaces` its "(found N nics)".
    """

    networks: Mapping[str, int] = field(default_factory=_no_counts)
    providers: Mapping[str, int] = field(default_factory=_no_counts)
    fabrics: Mapping[str, int] = field(default_factory=_no_counts)
    interfaces: Mapping[str, int] = field(default_factory=_no_counts)

    @property
    def name(self) -> str | None:
        """`socket`, `efa`, another provider's name, `mixed` where ranks differ, None where nothing says."""
        if len(self.networks) > 1 or len(self.providers) > 1:
            return "mixed"
        network = next((kind_of(name) for name in self.networks), None)
        provider = next(iter(self.providers), None)
        return network if network and network != LIBFABRIC else provider or network


@dataclass(frozen=True, slots=True)
class Footer:
    """The lines that nccl-tests prints after the last row.

    `average_ok` is None unless NCCL_TESTS_MIN_BW was set, `closed` says that everything was printed
    that this release prints at its end.
    """

    out_of_bounds: int | None = None
    out_of_bounds_ok: bool | None = None
    average_bus_bandwidth: float | None = None
    average_ok: bool | None = None
    closed: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything that one log says about its run."""

    kind: str = "text"
    collective: str | None = None
    declared: DeclaredSweep | None = None
    devices: tuple[Device, ...] = ()
    transport: Transport = Transport()
    said: Said = field(default_factory=Said)
    versions: Versions = Versions()
    rows: tuple[Row, ...] = ()
    footer: Footer = Footer()
    started: int = 0
    concluded: int = 0
    averages: int = 0
    malformed_rows: tuple[str, ...] = ()
    unknown_header: str | None = None
    rows_dropped: int = 0
    failures: tuple[str, ...] = ()
    last_error: str | None = None
    recorded: bool = False
    passed_over: bool = field(default=False, compare=False)
    """Whether lines were left unread because many like them had been read."""

    @cached_property
    def roster(self) -> Roster:
        """Which ranks took part, and where."""
        return Roster(self.devices, self.said)

    @property
    def ranks(self) -> int | None:
        """How many ranks took part, None where nothing in the log counts them."""
        return self.roster.total

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts in the order of their ranks: on Kubernetes the worker pods."""
        return self.roster.hosts

    @property
    def peak(self) -> tuple[Row, Measurement] | None:
        """The row with the highest out-of-place bus bandwidth that is a number."""
        halves = [(row, row.out_of_place) for row in self.rows if row.out_of_place is not None]
        finite = [pair for pair in halves if math.isfinite(pair[1].bus_bandwidth)]
        return max(finite, key=lambda pair: pair[1].bus_bandwidth, default=None)
