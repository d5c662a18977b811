"""Judging a log of a million lines against a bare loop over it: `python -m tests.nccl.benchmark_parser`.

The log is one run's output with NCCL's own messages around it, as NCCL_DEBUG=INFO gives them on many ranks;
each line names `NET/`. The loop and the judging are timed in one process, in turn, with the file in the
page cache, for seconds say little of a program on a busy machine; the peak is the kernel's count of
resident memory.
"""

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
TIMES = """
import sys, time
from pathlib import Path
from nccl.report import report_on
from nccl.verdict import Expectation
path, rounds = Path(sys.argv[1]), int(sys.argv[2])
def loop():
    with path.open("rb") as file:
        for line in file:
            pass
def judge():
    assert report_on([path], Expectation("efa")).outcome == "PASS"
for _ in range(rounds):
    for work in (loop, judge):
        began = time.process_time()
        work()
        print(time.process_time() - began)
"""
GOAL_RATIO, GOAL_MIB = 2.0, 64


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


def ratio(path: Path, rounds: int) -> tuple[float, float]:
    """Least seconds of the processor for the bare loop, and for judging."""
    done = run(
        [sys.executable, "-c", TIMES, str(path), str(rounds)], cwd=ROOT, capture_output=True, check=True
    )
    seconds = [float(line) for line in done.stdout.split()]
    return min(seconds[::2]), min(seconds[1::2])


def main(lines: int = 1_000_000, rounds: int = 7) -> int:
    """Print the figures and whether the goals are met; 1 where one is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.log"
        write_log(path, lines)
        loop, judging = ratio(path, rounds)
        whole = measure(path)
    times = judging / loop
    met = times <= GOAL_RATIO and whole.memory <= GOAL_MIB and whole.code == 0
    table = Table("measure", "value", "goal", title=f"Judging a log of {lines} lines")
    table.add_row("a bare loop over its lines", f"{loop:.3f} s", "")
    table.add_row("judging it", f"{judging:.3f} s", "")
    table.add_row("ratio", f"{times:.2f}", f"<= {GOAL_RATIO:.0f}")
    table.add_row("peak memory of a process", f"{whole.memory:.1f} MiB", f"<= {GOAL_MIB} MiB")
    Console(width=110).print(table, "goals met" if met else "goals missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
