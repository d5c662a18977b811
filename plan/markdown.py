"""Comparisons of all stacks as a comment on a pull request."""

from collections.abc import Iterable, Sequence

from plan.diff import StackDiff, cost_line, headline, lines

MARK = "<!-- eks-efa plan-diff -->"
"""By which a workflow finds its earlier comment, to edit it in place."""

LONGEST_COMMENT = 60_000
"""GitHub refuses more: "body is too long (maximum is 65536 characters)"."""

ROOM_FOR_A_STACK = 500
"""Characters kept for the heading of each stack, its cost and the fences around its changes."""

CUT = "... cut here, since a comment may not be longer; the whole of it: make plan-diff"


def comment(diffs: Sequence[StackDiff], base: str) -> str:
    """The comment. Stacks without a change take one line; every other can be unfolded."""
    parts = [
        MARK,
        f"### Plan against `{base}`",
        "",
        "What the program asks for, compared with what it asked for there. No account was asked.",
        "",
    ]
    room = LONGEST_COMMENT - ROOM_FOR_A_STACK * len(diffs)
    for diff in diffs:
        text = _stack(diff, max(room, 0))
        room -= max(len(text) - ROOM_FOR_A_STACK, 0)
        parts.append(text)
    return "\n".join(parts)


def _stack(diff: StackDiff, room: int) -> str:
    cost = cost_line(diff)
    policies = _within((f"- **policy**: {each}" for each in diff.violations), room)
    if diff.comparison is None or diff.same:
        said = f"- {headline(diff)}{f'; {cost}' if cost else ''}"
        lone = f"{_within(said.splitlines(), max(room, ROOM_FOR_A_STACK))}\n"
        return f"{lone}{policies}\n" if policies else lone
    body = _within(lines(diff.comparison), room - len(policies))
    return (
        f"<details><summary>{headline(diff)}</summary>\n\n{cost}\n\n{policies}\n\n"
        # A fence longer than any that a value could hold.
        f"``````diff\n{body}\n``````\n\n</details>\n"
    )


def _within(texts: Iterable[str], room: int) -> str:
    kept: list[str] = []
    for text in texts:
        room -= len(text) + 1
        if room < 0:
            kept.append(CUT)
            break
        kept.append(text)
    return "\n".join(kept)
