"""Small pieces of English that every fault line shares."""

import difflib
import json
from collections.abc import Iterable

from knowledge import fault as knowledge_fault

_LONGEST_VALUE = 60


def quoted(value: object) -> str:
    """A value as the user wrote it: text in quotes, the rest as in YAML, cut where it is long."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing (an empty value)"
    text = knowledge_fault.quoted(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST_VALUE else f'{text[: _LONGEST_VALUE - 4]}..."'


def listed(values: Iterable[object], *, most: int = 12) -> str:
    """Values in a row, the rest counted: `a, b and 3 more`."""
    texts = [str(value) for value in values]
    shown = ", ".join(texts[:most])
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`did you mean "x"?` for the choice most like `word`; empty where none is."""
    by_folded = {choice.casefold(): choice for choice in choices}
    closest = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f'did you mean "{by_folded[closest[0]]}"?' if closest else ""


def counted(number: int, noun: str) -> str:
    """`1 node`, `2 nodes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
