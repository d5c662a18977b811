"""How long plans take, in processes of their own, beside what Pulumi alone takes for as many resources."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.errors import CommandError
from cli.plans import plans_of
from plan.document import Plan
from sandbox.paths import REPOSITORY

ONE = "dev"
MANY = 16
COPIED = ("dev", "prod")
"""Stacks whose files are copied until there are many."""

BOUND_FOR_ONE, BOUND_FOR_MANY = 2.0, 10.0
"""Seconds on two quiet cores."""

Plans = Mapping[str, Plan | str]


@dataclass(frozen=True)
class Measure:
    """Something that is done several times and may take so long."""

    name: str
    bound: float
    """Seconds."""
    runs: tuple[float, ...]
    """Seconds of each."""
    resources: int
    floor: float
    """Seconds that Pulumi's bare mocks take for as many resources, the median of as many runs."""

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.runs)

    @property
    def ratio(self) -> float:
        """Of the median to the floor."""
        return self.median / self.floor

    @property
    def within(self) -> bool:
        """Whether the bound holds."""
        return self.median <= self.bound


def measures(runs: int) -> Iterator[Measure]:
    """One plan, then many, each so many times; everything is imported anew every time."""
    yield _measure("one plan", BOUND_FOR_ONE, runs, lambda: plans_of([ONE]))
    with many_stacks() as (program, stacks):
        yield _measure(f"{MANY} plans", BOUND_FOR_MANY, runs, lambda: plans_of(stacks, program))


def _measure(name: str, bound: float, runs: int, work: Callable[[], Plans]) -> Measure:
    seconds: list[float] = []
    for _ in range(runs):
        begin = time.monotonic()
        plans = work()
        seconds.append(time.monotonic() - begin)
    resources = sum(_size(stack, plan) for stack, plan in plans.items())
    floor = statistics.median(_floor(resources) for _ in range(runs))
    return Measure(name, bound, tuple(seconds), resources, floor)


def _size(stack: str, plan: Plan | str) -> int:
    if isinstance(plan, str):
        raise CommandError(f"stack {stack}", f"cannot be planned: {plan}", "mend that first")
    return len(plan.resources)


def _floor(resources: int) -> float:
    """Seconds of a process that registers so many resources under Pulumi's own mocks and no more."""
    begin = time.monotonic()
    command = [sys.executable, "-m", "plan.floor", str(resources)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return time.monotonic() - begin


@contextmanager
def many_stacks() -> Iterator[tuple[Path, Sequence[str]]]:
    """The program of this repository in a folder where it has many stacks, and their names."""
    with TemporaryDirectory(prefix="eks-efa-") as folder:
        program = Path(folder).resolve()
        for path in REPOSITORY.iterdir():
            if not path.name.startswith((".", "Pulumi.")):
                (program / path.name).symlink_to(path)
        (program / "Pulumi.yaml").symlink_to(REPOSITORY / "Pulumi.yaml")
        names = [f"copy{number:02}" for number in range(MANY)]
        for number, name in enumerate(names):
            copied = REPOSITORY / f"Pulumi.{COPIED[number % len(COPIED)]}.yaml"
            (program / f"Pulumi.{name}.yaml").symlink_to(copied)
        yield program, names
