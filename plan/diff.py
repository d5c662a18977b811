"""A comparison as lines that begin with `+`, `-`, `!` or a blank: for a terminal and for a comment alike."""

import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from plan.bill import Bill
from plan.changes import ABSENT, Change, Comparison, Edit
from plan.document import Violation
from plan.names import CLUSTER
from plan.readable import readable
from sandbox.engine.plan import Action

LONGEST_VALUE = 160
MOST_LINES = 60
"""For one resource; who wants to see more reads the whole plan."""

WORDS = {Action.CREATE: "add", Action.UPDATE: "change", Action.REPLACE: "replace", Action.DELETE: "remove"}
SIGNS = {Action.CREATE: "+", Action.UPDATE: "!", Action.REPLACE: "!", Action.DELETE: "-"}


@dataclass(frozen=True)
class StackDiff:
    """One stack in two revisions."""

    stack: str
    comparison: Comparison | None = None
    """None where one of the revisions cannot be planned."""
    problem: str = ""
    """Why not."""
    bill_before: Bill | None = None
    bill_after: Bill | None = None
    violations: tuple[Violation, ...] = ()
    """Of policies, that the later revision has and the earlier had not."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        found = self.comparison
        return found is not None and not found.changes and not found.outputs and found.before == found.after


def headline(diff: StackDiff) -> str:
    """One line: what is to happen, and how many resources there will be."""
    found = diff.comparison
    if found is None:
        return f"{diff.stack}: cannot be compared: {diff.problem}"
    if diff.same:
        return f"{diff.stack}: no change ({found.after} resources)"
    counts = ", ".join(f"{found.count(action)} to {word}" for action, word in WORDS.items())
    if found.before is None:
        return f"{diff.stack}: a new stack, {counts}"
    if found.after is None:
        return f"{diff.stack}: the stack is gone, {counts}"
    return f"{diff.stack}: {counts} ({found.before} → {found.after} resources)"


def cost_line(diff: StackDiff) -> str:
    """What is always on, before and after, by the hour; empty where neither is known."""
    costs = [_dollars(bill) for bill in (diff.bill_before, diff.bill_after)]
    bill = diff.bill_after or diff.bill_before
    if bill is None:
        return ""
    shown = costs[1] if costs[0] == costs[1] else " → ".join(costs)
    line = f"always on: {shown} an hour (list prices of {bill.priced_in})"
    return f"{line}, without {', '.join(bill.unknown)}: price unknown" if bill.unknown else line


def lines(comparison: Comparison) -> Iterator[str]:
    """Every change, resource by resource, then the stack's outputs."""
    for change in comparison.changes:
        yield from _capped(_change(change))
    if comparison.outputs:
        yield "! outputs"
        yield from _capped(_edits(comparison.outputs))


def _change(change: Change) -> Iterator[str]:
    why = f": {', '.join(change.forced_by)} cannot be changed" if change.forced_by else ""
    where = change.resource
    yield f"{SIGNS[change.action]} {WORDS[change.action]} {where.type} {where.name}{why}"
    if change.action is Action.CREATE:
        for name, value in sorted(readable(where).items()):
            yield from _added(name, value)
    else:
        yield from _edits(change.edits)
        if where.type == CLUSTER:
            yield from (f"!   {line}" for edit in change.edits if (line := _leap(edit)))


def _leap(edit: Edit) -> str:
    """What EKS will say to another Kubernetes version of a cluster; empty where it takes it.

    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    """
    minors = [str(value).split(".") for value in (edit.old, edit.new)]
    if edit.path != "version" or any(len(parts) != 2 or not parts[1].isdigit() for parts in minors):
        return ""
    (major, old), (_, new) = minors
    if int(new) <= int(old) + 1:
        return ""
    return f'EKS refuses this: it goes up one minor at a time; set "{major}.{int(old) + 1}" first'


def _edits(edits: Iterable[Edit]) -> Iterator[str]:
    for edit in edits:
        if _is_long(edit.old) and _is_long(edit.new):
            yield f"    {edit.path}:"
            changed = difflib.unified_diff(edit.old.splitlines(), edit.new.splitlines(), lineterm="", n=1)
            yield from (_under(line) for line in changed if line[:3] not in ("---", "+++"))
            continue
        if edit.old != ABSENT:
            yield f"-   {edit.path}: {_value(edit.old)}"
        if edit.new != ABSENT:
            yield f"+   {edit.path}: {_value(edit.new)}"


def _under(line: str) -> str:
    """A line of a unified diff, set below its path and still with its sign in front."""
    return f"    {line}" if line.startswith("@@") else f"{line[:1]}     {line[1:]}"


def _added(name: str, value: Any) -> Iterator[str]:
    yield f"+   {name}: {_value(value)}"


def _is_long(value: Any) -> bool:
    """Whether it is a text of several lines, which are compared one by one."""
    return isinstance(value, str) and "\n" in value


def _value(value: Any) -> str:
    """A value on one line, cut where it is long."""
    text = value if isinstance(value, str) and "\n" not in value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 4]} ..."


def _capped(texts: Iterable[str]) -> Iterator[str]:
    """The first lines, and how many more there are."""
    count = 0
    for count, text in enumerate(texts, start=1):
        if count <= MOST_LINES:
            yield text
    if count > MOST_LINES:
        yield f"    ... and {count - MOST_LINES} lines more; the whole of it: eks-efa plan"


def _dollars(bill: Bill | None) -> str:
    return "nothing" if bill is None else f"${bill.hourly:,.3f}"
