"""Whether the settings of a stack are right, as far as that can be told without an account.

They are asked twice: alone, and by the offline plan, in which the program holds them against instance types
and zones, and policies hold the plan against their rules. So what is right here is what can be planned.
"""

from dataclasses import dataclass

from cli.plans import Unplanned
from cli.stacks import find_stack
from plan.document import Plan
from settings.faults import Fault, SettingsError
from settings.stack_file import StackFileError


@dataclass(frozen=True)
class ReadAlone:
    """What a stack's file tells by itself."""

    name: str
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    unreadable: str = ""
    """Why the file cannot be read; empty where it can."""

    @property
    def can_be_planned(self) -> bool:
        """Whether the program could read it."""
        return not self.unreadable


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a stack."""

    name: str
    problems: tuple[str, ...]
    """Each is a line, or a report of several lines."""
    warnings: tuple[str, ...]
    doubtful: bool
    """Whether one of the warnings is of something that AWS may refuse."""

    @property
    def right(self) -> bool:
        """Whether nothing is known to be wrong."""
        return not self.problems


def read_alone(name: str) -> ReadAlone:
    """Examine the settings of a stack without anything else."""
    warnings: list[Fault] = []
    try:
        find_stack(name).examine(warn=warnings.append)
    except StackFileError as error:
        return ReadAlone(name, unreadable=str(error))
    except SettingsError as error:
        return ReadAlone(name, faults=error.faults, warnings=tuple(warnings))
    return ReadAlone(name, warnings=tuple(warnings))


def verdict_on(read: ReadAlone, plan: Plan | Unplanned | None) -> Verdict:
    """All that file and plan tell; `plan` is None for a file that cannot be read."""
    name = read.name
    # What only a plan takes for a warning is a fault already.
    said = (*map(str, read.warnings), *(plan.warnings if plan is not None else ()))
    warnings = tuple(dict.fromkeys(each for each in said if each not in set(map(str, read.faults))))
    if plan is None:
        return Verdict(name, (read.unreadable,), warnings, doubtful=False)
    if isinstance(plan, Plan):
        alone = (str(SettingsError(read.faults)),) if read.faults else ()
        refused = (f"policy: {each}" for each in plan.violations if each.level == "mandatory")
        told = dict.fromkeys((*warnings, *plan.doubts))
        return Verdict(name, (*alone, *refused), tuple(told), doubtful=bool(plan.doubts))
    faults = (*read.faults, *plan.faults)
    if not faults:
        return Verdict(name, (f"cannot be planned: {plan}",), warnings, doubtful=False)
    if any(fault.certain for fault in faults):
        return Verdict(name, (str(SettingsError(faults)),), warnings, doubtful=False)
    return Verdict(name, (), (*warnings, *map(str, SettingsError(faults).faults)), doubtful=True)
