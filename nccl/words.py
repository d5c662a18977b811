"""Small pieces of English that reasons share."""

from collections.abc import Iterable


def listed(values: Iterable[object], *, most: int = 3) -> str:
    """Values in a row, the rest counted: `a, b and 3 more`."""
    texts = [str(value) for value in values]
    shown = ", ".join(texts[:most])
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def quoted(line: str, *, longest: int = 120) -> str:
    """A line of a log in quotes, cut where it is long."""
    text = " ".join(line.split())
    return f'"{text}"' if len(text) <= longest else f'"{text[: longest - 3]}..."'
