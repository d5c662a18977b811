"""Whether a log has all of its run: the question on which a verdict may not be wrong.

nccl-tests prints its footer after the last size only, and the average in it is the mean over every row.
So a whole run shows in three ways, each of which a lost line breaks: the marks of the beginning and the
end, the sizes that were asked for, and rows that average to the printed average.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nccl.facts import DeclaredSweep, Facts, Row
from nccl.sizes import human
from nccl.words import quoted

_LARGEST_SWEEP = 100_000
_FEWEST_COLUMNS = 11
"""Three columns before two halves of four: what the shortest row has."""
_RAGGED_BELOW = 64 * 1024
"""Smaller sizes of an undeclared sweep are not checked for gaps: shares are rounded to 16 bytes a rank."""


def gaps(facts: Facts) -> list[str]:
    """What is missing of the run, one sentence each, what explains the others first; empty where all is
    there."""
    several = _several(facts)
    if several:
        return [several]
    return [*_unreadable(facts), *_ending(facts), *_table(facts)]


def _several(facts: Facts) -> str | None:
    runs = max(facts.started, facts.averages)
    if runs < 2:
        return None
    alone = facts.roster.without_mpi
    if alone:
        return (
            f"the log holds {alone} runs, each of one process alone; if mpirun started them as one, "
            "nccl-tests was built without MPI: build it with MPI=1"
        )
    return f"the log holds {runs} runs, or each line {runs} times; give one log for each run"


def _unreadable(facts: Facts) -> Iterator[str]:
    """Rows that are there and say nothing."""
    if facts.unknown_header:
        yield f"the table has a column that is not known: {quoted(facts.unknown_header)}"
    elif facts.malformed_rows and not facts.rows:
        yield (
            f"{len(facts.malformed_rows)} result rows are there, but none can be read: "
            f"{_broken(facts.malformed_rows[0])}"
        )
    elif facts.malformed_rows:
        example = facts.malformed_rows[0][:60]
        yield f"rows that cannot be read: {len(facts.malformed_rows)}, the first is {example!r}"
    elif not facts.rows:
        yield "no result row"


def _broken(row: str) -> str:
    """How a row came to be no row: most are broken where a terminal's window ended."""
    if len(row.split()) < _FEWEST_COLUMNS:
        return "their lines are broken, as by the width of a terminal; give the log as a file, not as a paste"
    return f"the first is {row[:60]!r}"


def _ending(facts: Facts) -> Iterator[str]:
    if facts.concluded and not facts.started:
        yield "the beginning of the log is missing: a test concludes that never started"
    footer = facts.footer
    if footer.out_of_bounds is None:
        yield 'no "Out of bounds values" line: the run did not finish, or the log is cut off'
    if footer.average_bus_bandwidth is not None and not math.isfinite(footer.average_bus_bandwidth):
        yield "the average bus bandwidth is not a number"
    if footer.average_bus_bandwidth is None:
        yield 'no "Avg bus bandwidth" line: the run did not finish, or the log is cut off'
    elif not footer.closed:
        yield (
            "the log stops after the average, before the last lines of nccl-tests: it is cut off, "
            "or the ranks never shut down"
        )


def _table(facts: Facts) -> Iterator[str]:
    if not facts.rows:
        return
    if facts.rows_dropped:
        yield f"{facts.rows_dropped} rows more than are kept"
    for name, rows in _by_series(facts.rows).items():
        fault = _sizes_fault(facts, rows)
        if fault:
            yield f"series {' '.join(str(part) for part in name if part != '')}: {fault}"
    bandwidths = [half.bus_bandwidth for row in facts.rows for half in row.measurements]
    if not bandwidths:
        yield "no row has a bus bandwidth"
    elif not all(map(math.isfinite, bandwidths)):
        yield "a bus bandwidth is not a number"
    elif facts.footer.average_bus_bandwidth is not None:
        yield from _average(facts, bandwidths, facts.footer.average_bus_bandwidth)


def _by_series(rows: tuple[Row, ...]) -> dict[tuple[str, str, int], list[Row]]:
    series: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        series.setdefault(row.series, []).append(row)
    return series


def _sizes_fault(facts: Facts, rows: list[Row]) -> str | None:
    if facts.declared is None:
        return _undeclared_fault([row.size for row in rows])
    expected = _expected_sizes(facts.declared)
    if expected is None:
        return "the sweep that was asked for cannot be counted"
    cycles, rest = divmod(len(rows), len(expected))
    if rest or not cycles:
        return f"{len(rows)} rows, but {len(expected)} sizes were asked for"
    if facts.ranks is None or facts.collective == "alltoallv":  # its sizes follow a traffic matrix
        return None
    slack = 24 * facts.ranks + 8  # each rank's share is rounded down to 16 bytes and to whole elements
    for row, asked in zip(rows, expected * cycles, strict=True):
        if not 0 <= asked - row.size <= slack:
            return f"{human(row.size)} stands where {human(asked)} was asked for"
    return None


def _expected_sizes(declared: DeclaredSweep) -> list[int] | None:
    """The sizes as nccl-tests walks through them; None where that never ends."""
    smallest, largest, step = declared.minimum_bytes, declared.maximum_bytes, declared.step
    if largest < smallest:
        return None
    if not declared.step_is_factor:
        count = (largest - smallest) // step + 1 if step > 0 else 0
        return [smallest + step * place for place in range(count)] if 0 < count <= _LARGEST_SWEEP else None
    if smallest <= 0 or step < 2:
        return None
    sizes = [smallest]
    while sizes[-1] * step <= largest:
        sizes.append(sizes[-1] * step)
    return sizes


def _undeclared_fault(sizes: list[int]) -> str | None:
    """A gap in sizes that nobody announced: they grow by one factor or one step, cycle after cycle."""
    cycles: list[list[int]] = [[]]
    for size in sizes:
        if cycles[-1] and size < cycles[-1][-1]:
            cycles.append([])
        cycles[-1].append(size)
    if any(cycle != cycles[0] for cycle in cycles):
        return "the cycles of the sweep differ in their sizes"
    large = [size for size in cycles[0] if size >= _RAGGED_BELOW]
    if len(large) < 3:
        return None
    factors = [after / before for before, after in pairwise(large)]
    steps = [after - before for before, after in pairwise(large)]
    if max(factors) > 1.25 * min(factors) and max(steps) > 1.25 * min(steps):
        return f"a size is missing between {human(large[0])} and {human(large[-1])}"
    return None


def _average(facts: Facts, values: Sequence[float], printed: float) -> Iterator[str]:
    mean = sum(values) / len(values)
    rounding = sum(map(_rounding, values)) / len(values) if facts.kind == "text" else 1e-6
    if not abs(mean - printed) <= rounding + 1e-5 * abs(printed) + 1e-6:
        yield (
            f"the rows average to {mean:.6g} GB/s, but {printed:.6g} GB/s is printed: rows are missing "
            "or not of this run"
        )


def _rounding(value: float) -> float:
    """How far a printed bandwidth may be from the measured: two decimals, fewer past six characters."""
    return 0.005 if value < 1000 else 0.05 if value < 10000 else 0.5
