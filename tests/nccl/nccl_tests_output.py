"""Writes what nccl-tests would print, with numbers of our own: the maker of generated logs.

The forms follow the sources of nccl-tests, by release: `src/util.cu` and `src/common.cu` at 2.19.6, and
their history back to 2.4 (where each collective printed its own header). Nothing here was measured by us.
"""

from typing import Any

from tests.nccl.nccl_messages import messages
from tests.nccl.nccl_tests_run import (
    CLOCK,
    ELEMENT_BYTES,
    REDUCING,
    ROOTED,
    SHARED,
    UNCHECKED_IN_PLACE,
    Run,
)


def sizes(run: Run) -> list[int]:
    largest = run.reduced or run.maximum
    found, size = [], run.minimum
    while size <= largest:
        found.append(size)
        size = size + run.step if run.step else size * run.factor
    return found


def number(value: float, width: int) -> str:
    """getFloatStr of src/util.cu: as many decimals as the column has room for."""
    for decimals in (2, 1, 0):
        text = f"{value:{width}.{decimals}f}"
        if len(text) <= width:
            return text
    return f"{value:{width}.1e}" if width >= 7 else f"{value:{width}.0e}"


def preamble_columns(run: Run) -> list[str]:
    if not run.old:
        return ["size", "count", "type", "redop", "root"]
    columns = ["size", "count", "type"]
    columns += ["redop"] if run.collective in REDUCING else []
    return columns + (["root"] if run.collective in ROOTED else [])


def header(run: Run) -> list[str]:
    first = preamble_columns(run)
    half = ["cputime" if run.cputime else "time", "algbw", "busbw", "error" if run.old else "#wrong"]
    half += ["i_min", "i_max", "i_p99", "i_cv%"] if run.per_iteration else []
    half[3:3] = ["sidebw"] if run.side_work else []
    names = [*first, *half, *half, *(["timestamp"] if run.timestamps else [])]
    return ["#", "#" + " " * 62 + "out-of-place                       in-place", "# " + "  ".join(names)]


def rows(run: Run) -> list[dict[str, Any]]:
    """The rows with exact numbers; `half_text` turns a half into columns."""
    operations = run.operations if run.collective in REDUCING else ("none",)
    operations = ("",) if run.collective == "hypercube" else operations
    roots = run.roots if run.collective in ROOTED else (-1,)
    found = []
    for datatype in run.types:
        for operation in operations:
            for root in roots:
                for asked in sizes(run) * run.cycles:
                    found.append(_row(run, datatype, operation, root, asked))
    return found


def _row(run: Run, datatype: str, operation: str, root: int, asked: int) -> dict[str, Any]:
    element = ELEMENT_BYTES[datatype]
    count = asked // element
    size = count * element
    if run.collective in SHARED:
        count = (count // run.ranks) & ~(16 // element - 1)
        size = count * run.ranks * element
    share = {"all_reduce": 2.0, "broadcast": run.ranks / max(1, run.ranks - 1)}.get(run.collective, 1.0)
    factor = share * (run.ranks - 1) / run.ranks
    modelled = [run.latency_us * (1 + 0.01 * place) + size * factor / (run.peak * 1e3) for place in range(2)]
    halves = []
    for place, time_us in enumerate(run.times.get(asked, modelled)):
        algorithm = size / time_us / 1e3
        checked = run.validation and not (place and run.collective in UNCHECKED_IN_PLACE)
        wrong = run.wrong.get(asked, 0) if checked else None
        halves.append({"time": time_us, "algbw": algorithm, "busbw": algorithm * factor, "wrong": wrong})
    first = {"size": size, "count": count, "type": datatype, "redop": operation, "root": root}
    return first | {"halves": halves}


def half_text(run: Run, half: dict[str, Any]) -> str:
    time, bandwidths = number(half["time"], 7), [number(half[name], 6) for name in ("algbw", "busbw")]
    bandwidths += ["  0.00"] if run.side_work else []
    counted = "N/A" if half["wrong"] is None else f"{half['wrong']:g}" if not run.old else "2e-07"
    text = f"  {time:>7}  " + "  ".join(f"{one:>6}" for one in bandwidths) + f"  {counted:>6}"
    if run.per_iteration:
        spread = (half["time"] * 0.97, half["time"] * 1.08, half["time"] * 1.08, 1.84)
        text += "".join(f"  {number(one, 7):>7}" for one in spread)
    return text


def row_text(run: Run, row: dict[str, Any]) -> str:
    width = {"size": 12, "count": 12, "type": 6 if run.old else 8, "redop": 6, "root": 6}
    first = "  ".join(f"{row[name]:>{width[name]}}" for name in preamble_columns(run))
    text = first + "".join(half_text(run, half) for half in row["halves"])
    return text + (f"{CLOCK:>21}" if run.timestamps else "")


def average(run: Run) -> float:
    values: list[float] = [half["busbw"] for row in rows(run) for half in row["halves"]]
    return sum(values) / len(values)


def head(run: Run) -> list[str]:
    lines, release = [], ".".join(map(str, run.release))
    major, minor, patch = map(int, run.nccl.split("."))
    code = major * 10000 + minor * 100 + patch
    if run.release >= (2, 17, 4):
        lines.append(f"# nccl-tests version {release} nccl-headers={code} nccl-library={code}")
    if run.release >= (2, 16, 0):
        lines.append(f"# Collective test starting: {run.collective}_perf")
    step = f"{run.step}(bytes)" if run.step else f"{run.factor}(factor)"
    lines += [
        f"# nThread 1 nGpus 1 minBytes {run.minimum} maxBytes {run.maximum} step: {step} warmup iters: 5 "
        f"iters: 20 agg iters: 1 validation: {run.validation} graph: 0 unalign: 0",
        "#",
        "# Using devices",
    ]
    group = "" if run.old else " Group  0"
    for rank in range(run.ranks):
        host, device = run.hosts[rank // run.gpus], rank % run.gpus
        where = f"Pid {run.pid(rank):6} on {host:>10} device {device:2} [0000:{0x53 + device:02x}:00]"
        lines.append(f"#  Rank {rank:2}{group} {where} {run.gpu}")
    if run.reduced:
        lines += ["#", f"# Reducing maxBytes to {run.reduced} due to memory limitation"]
    return lines


def foot(run: Run) -> list[str]:
    bad = sum(bool(half["wrong"]) for row in rows(run) for half in row["halves"])
    mean, bound = average(run), run.minimum_bandwidth
    status = "" if bound is None else "OK" if mean >= 0.9 * bound else "FAILED"
    lines = [
        f"# Out of bounds values : {bad} {'FAILED' if bad else 'OK'}",
        f"# Avg bus bandwidth    : {mean:g} {status}",
        "#",
    ]
    if run.release >= (2, 16, 0):
        lines.append(f"# Collective test concluded: {run.collective}_perf")
    if run.memory:
        lines.append(
            "# GPU memory usage     : Initialization 0.98 GB | User-Allocated 24.0 GB | Total  25.0 GB"
        )
    if run.release >= (2, 17, 7):
        lines.append("#")
    if run.release >= (2, 13, 0):
        lines.append(f"# error: {run.last_error}" if run.last_error else "")
    return lines


def output(run: Run) -> list[str]:
    """All lines of a run, as rank 0's standard output and the ranks' NCCL messages give them."""
    table = [row_text(run, row) for row in rows(run)]
    return [*head(run), *messages(run), *header(run), *table, *foot(run)]
