"""Time and memory of judging a log of a million lines: `python -m tests.nccl.benchmark_parser`.

The log is one run's output with NCCL's own messages around it, as NCCL_DEBUG=INFO gives them on many ranks.
Each measure is of a whole fresh process (as `python -m nccl`), interpreter and all, with the file in the
page cache; the peak is the kernel's count of resident memory.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import run
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.nccl.golden_cases import PLAIN
from tests.nccl.nccl_messages import said
from tests.nccl.nccl_tests_output import output

ROOT = Path(__file__).parents[2]
JUDGE = """
import sys
from nccl.__main__ import main
code = main()
sys.stderr.write(open("/proc/self/status").read())
sys.exit(code)
"""
GOAL_SECONDS, GOAL_MIB = 0.6, 64
REFERENCE = "2.67 s, 14 MB (nccl_to_csv.py of awsome-distributed-ai, which gives no verdict)"


def write_log(path: Path, lines: int) -> None:
    """A whole run among `lines` lines, about 114 bytes each."""
    inside = output(PLAIN)
    with path.open("w") as file:
        for place in range(lines - len(inside)):
            rank = place % PLAIN.ranks
            text = (
                f"Channel {place % 32:02}/0 : {rank}[{rank % 8}] -> {(rank + 9) % 16}[{rank % 8}] [send] via"
            )
            file.write(f"[1,{rank}]<stdout>:{said(PLAIN, rank, text)} NET/Libfabric/{place % 32}/GDRDMA\n")
            if place == lines // 2:
                file.writelines(f"[1,0]<stdout>:{line}\n" for line in inside)


class Measure(NamedTuple):
    """One process: seconds on the clock and of the processor, peak memory in MiB, exit code."""

    seconds: float
    processor: float
    memory: float
    code: int


def measure(path: Path) -> Measure:
    """Judge a log in a process of its own.

    The process tells its own peak: what wait4 counts has the memory of the process that started it.
    """
    asked = [str(path), "--expect", "efa", "--instance-type", "p5.48xlarge"]
    began, before = time.perf_counter(), _children()
    done = run([sys.executable, "-c", JUDGE, *asked], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds, processor = time.perf_counter() - began, _children() - before
    peak = next(line for line in done.stderr.splitlines() if line.startswith("VmHWM"))
    return Measure(seconds, processor, int(peak.split()[1]) / 1024, done.returncode)


def _children() -> float:
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(lines: int = 1_000_000, times: int = 10) -> int:
    """Print median, slowest, reference and whether the goal is met; 1 where it is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.log"
        write_log(path, lines)
        size = path.stat().st_size / 1e6
        measures = [measure(path) for _ in range(times + 1)][1:]
    seconds = statistics.median(one.seconds for one in measures)
    memory = max(one.memory for one in measures)
    met = seconds <= GOAL_SECONDS and memory <= GOAL_MIB and all(one.code == 0 for one in measures)
    table = Table("measure", "value", "goal", title=f"{lines} lines, {size:.0f} MB")
    timed = f"{seconds:.3f} s ({max(one.seconds for one in measures):.3f} s)"
    table.add_row(f"time, median of {times} (slowest)", timed, f"<= {GOAL_SECONDS} s")
    table.add_row(
        "processor time, median", f"{statistics.median(one.processor for one in measures):.3f} s", ""
    )
    table.add_row("peak memory", f"{memory:.1f} MiB", f"<= {GOAL_MIB} MiB")
    console = Console(width=110)
    console.print(table, f"reference: {REFERENCE}", "goal met" if met else "goal missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
