"""Every stack in two revisions: each revision plans its own, with its own program and its own stack files."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cli.errors import CommandError
from cli.plans import plans_of
from cli.revisions import revision
from cli.stacks import stack_names
from knowledge import clock
from plan.bill import bill_of
from plan.changes import compare
from plan.diff import StackDiff
from plan.document import Plan
from plan.prices import ListedPrices
from sandbox.engine.handlers import registry
from sandbox.paths import REPOSITORY

Plans = Mapping[str, Plan | str]


def diffs_against(base: str, only: str | None = None, repository: Path = REPOSITORY) -> list[StackDiff]:
    """What the files in here ask for, compared with those of a revision; `only` names a single stack.
    CommandError for one that neither has."""
    with revision(base, repository) as earlier:
        chosen = [_chosen(stack_names(program), only) for program in (earlier, repository)]
        if only is not None and not any(chosen):
            known = ", ".join(stack_names(repository)) or "none"
            raise CommandError(f"stack {only}", f"has no file here or in {base}", f"stacks here: {known}")
        with ThreadPoolExecutor(2) as pool:
            before, after = pool.map(plans_of, chosen, (earlier, repository))
    return [_diff(name, before, after) for name in sorted(before.keys() | after.keys())]


def _chosen(names: Sequence[str], only: str | None) -> list[str]:
    return [name for name in names if only in (None, name)]


def _diff(stack: str, before: Plans, after: Plans) -> StackDiff:
    old, new = before.get(stack), after.get(stack)
    if isinstance(old, str):
        return StackDiff(stack, problem=f"the base cannot be planned: {old}")
    if isinstance(new, str):
        return StackDiff(stack, problem=new)
    prices, today = ListedPrices(), clock.today()
    return StackDiff(
        stack,
        compare(stack, old, new, registry()),
        bill_before=bill_of(old, prices, today) if old else None,
        bill_after=bill_of(new, prices, today) if new else None,
        violations=tuple(sorted(set(new.violations if new else ()) - set(old.violations if old else ()))),
    )
