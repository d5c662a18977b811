"""The bus bandwidth against the published one, and of EFA against the socket."""

import math
from dataclasses import dataclass

from nccl.facts import Facts, Row
from nccl.floors import FLOOR_SHARE, PUBLISHED, Published, published_for
from nccl.instance_types import normalised
from nccl.sizes import human, option
from nccl.verdict import Check, Expectation, Outcome

_BANDWIDTH = "bandwidth"


@dataclass(frozen=True, slots=True)
class Gain:
    """EFA against the socket at one size; bus bandwidths out of place, in GB/s."""

    size: int
    socket: float
    efa: float

    @property
    def ratio(self) -> float | None:
        """How many times the socket's bandwidth; None where the socket's is printed as 0.00."""
        return self.efa / self.socket if self.socket > 0 else None


def bandwidth_check(facts: Facts, expected: Expectation) -> Check:
    """The floor, or that the run was judged without one, or what the floor would need."""
    if facts.footer.average_ok is False:
        return Check(_BANDWIDTH, Outcome.FAIL, "nccl-tests itself: average below 90 % of NCCL_TESTS_MIN_BW")
    if expected.provider == "socket":
        return Check(_BANDWIDTH, None, "judged without a floor: none is published for the socket")
    chosen = floor_for(facts, expected)
    if isinstance(chosen, Check):
        return chosen
    found = bus_bandwidth(facts, chosen.size)
    if found is None:
        cure = f"run with -e {option(chosen.size)} and -d float"
        reason = f"no row of float and sum at {human(chosen.size)}, where the floor is; {cure}"
        return Check(_BANDWIDTH, Outcome.INCONCLUSIVE, reason)
    if not math.isfinite(found):
        reason = f"a bus bandwidth at {human(chosen.size)} is not a number"
        return Check(_BANDWIDTH, Outcome.INCONCLUSIVE, reason)
    reason = (
        f"{found:.2f} GB/s at {human(chosen.size)}, floor {chosen.floor:.2f} "
        f"({FLOOR_SHARE:.0%} of the published {chosen.bus_bandwidth:g}: {chosen.source})"
    )
    return Check(_BANDWIDTH, Outcome.PASS if found >= chosen.floor else Outcome.FAIL, reason)


def floor_for(facts: Facts, expected: Expectation) -> Published | Check:
    """The published figure to judge by: of the sizes that the run has, the largest published one."""
    if expected.instance_type is None:
        return _without_floor("no instance type was given")
    name = normalised(expected.instance_type)
    published = published_for(name)
    if not published:
        known = ", ".join(dict.fromkeys(one.instance_type for one in PUBLISHED))
        return _without_floor(f"nothing is published for {name} (for {known} something is)")
    collective = facts.collective or expected.collective
    nodes = len(facts.hosts) or expected.nodes
    if collective is None or nodes is None:
        missing = "collective" if collective is None else "nodes"
        reason = f"the floor of {name} needs what the log does not say: give --{missing}"
        return Check(_BANDWIDTH, Outcome.INCONCLUSIVE, reason)
    fitting = [one for one in published if one.collective == collective and one.nodes == nodes]
    if not fitting:
        what = ", ".join(dict.fromkeys(f"{one.collective} on {one.nodes} nodes" for one in published))
        return _without_floor(f"for {name} only {what} is published; this is {collective} on {nodes}")
    measured = [one for one in fitting if bus_bandwidth(facts, one.size) is not None]
    return max(measured, key=lambda one: one.size) if measured else min(fitting, key=lambda one: one.size)


def bus_bandwidth(facts: Facts, size: int) -> float | None:
    """The least out-of-place bus bandwidth at a size over the cycles of the run, float and sum only.

    NaN where one of them is no finite number, None where there is none.
    """
    values = [
        row.out_of_place.bus_bandwidth
        for row in facts.rows
        if row.size == size and row.datatype == "float" and row.operation in ("sum", "") and row.out_of_place
    ]
    return min(values, default=None) if all(map(math.isfinite, values)) else math.nan


def gains(socket: Facts, efa: Facts) -> tuple[Gain, ...]:
    """Every size that both runs measured, smallest first.

    Of the first series that the EFA run printed, and the first cycle of each, as the report's table has it.
    """
    base: dict[tuple[tuple[str, str, int], int], Row] = {}
    for row in socket.rows:
        base.setdefault((row.series, row.size), row)
    found: dict[int, Gain] = {}
    for row in efa.rows:
        before = base.get((row.series, row.size)) if row.series == efa.rows[0].series else None
        if before and (gain := _gain(before, row)):
            found.setdefault(row.size, gain)
    return tuple(found[size] for size in sorted(found))


def gain_check(socket: Facts, efa: Facts) -> Check:
    """EFA must beat the socket at the largest size that both runs have; the runs must be comparable."""
    name = "gain"
    differing = [
        what
        for what, before, after in (
            ("collective", socket.collective, efa.collective),
            ("number of ranks", socket.ranks, efa.ranks),
            ("number of hosts", len(socket.hosts) or None, len(efa.hosts) or None),
        )
        if before is not None and after is not None and before != after
    ]
    if differing:
        reason = f"the runs cannot be compared: they differ in {' and '.join(differing)}"
        return Check(name, Outcome.INCONCLUSIVE, reason)
    common = [(gain, ratio) for gain in gains(socket, efa) if gain.size and (ratio := gain.ratio) is not None]
    if not common:
        return Check(name, Outcome.INCONCLUSIVE, "the runs share no size with a bandwidth above zero")
    last, ratio = common[-1]
    if not math.isfinite(ratio):
        reason = f"a bus bandwidth at {human(last.size)} is not a number"
        return Check(name, Outcome.INCONCLUSIVE, reason)
    reason = f"{ratio:.2f} times the socket at {human(last.size)}: {last.socket:.2f} to {last.efa:.2f} GB/s"
    return Check(name, Outcome.PASS if ratio > 1 else Outcome.FAIL, reason)


def _gain(socket: Row, efa: Row) -> Gain | None:
    if socket.out_of_place is None or efa.out_of_place is None:
        return None
    return Gain(efa.size, socket.out_of_place.bus_bandwidth, efa.out_of_place.bus_bandwidth)


def _without_floor(why: str) -> Check:
    return Check(_BANDWIDTH, None, f"judged without a floor: {why}")
