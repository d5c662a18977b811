"""The result table: which column is which, and a row's text as numbers.

The columns differ by release and option: -I 1 adds four to each half, -C 1 renames time to cputime,
-S 1 appends a date and a time, the releases of 2024 with side work add one, and releases before August
2022 leave out redop and root where the collective has none and print `error` (a deviation) for `#wrong`.
All of them name their columns in the header, so the header is what is believed
(nccl-tests `writeResultHeader` in src/util.cu; before October 2025 `print_header` of each collective).
"""

import re
from dataclasses import dataclass

from nccl.facts import Measurement, Row

_ROW = re.compile(
    rb"(?<![\w./-])\d{1,19}[ \t]+\d{1,19}[ \t]+"
    rb"(?:u?int\d*|char|half|float\d*|double|bfloat\d+|f\d+e\d+m\d+|fp\d\w*)(?=[ \t])"
)
"""Size, count and a type of NCCL begin a row, whatever a launcher put before them."""

_SEPARATORS = " \t\r|,;\"'"
"""What a collector puts behind a line."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_DEVIATION = re.compile(r"\de(?:-\d\d|\+0[0-5])")
"""`%5.0le` of the old `error` column; a count of wrong elements (`%g`) has an exponent from e+06 on."""

_TIME = ("time", "cputime")
_FIRST = ("size", "count", "type", "redop", "root")
_HALF = (*_TIME, "algbw", "busbw", "sidebw", "#wrong", "error", "i_min", "i_max", "i_p99", "i_cv%")
_KNOWN = frozenset((*_FIRST, *_HALF, "timestamp"))
_MESSAGE_IN_ROW = re.compile(
    rb"(?:\[[^\]\n]*\] ?)?[A-Za-z][\w.-]*:\d+:\d+ \[\d+\] [^\n]*?NCCL (?:INFO|WARN|TRACE) "
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: those before the first half, and those of one half."""

    first: tuple[str, ...] = ("size", "count", "type", "redop", "root")
    half: tuple[str, ...] = ("time", "algbw", "busbw", "#wrong")

    @property
    def counts_wrong(self) -> bool:
        """Whether the table counts wrong elements (since August 2022)."""
        return "#wrong" in self.half


PER_ITERATION = Layout(half=("time", "algbw", "busbw", "#wrong", "i_min", "i_max", "i_p99", "i_cv%"))


def layout_of(header: str) -> Layout | None:
    """The layout that a header line ("#  size  count  type ...") names, None where it names none.

    A column that is not known could be anything: then the rows are not read.
    """
    names = [name for name in _names(header) if name != "timestamp"]
    starts = [place for place, name in enumerate(names) if name in _TIME]
    if len(starts) != 2 or {"size", "count", "type"} - set(names[: starts[0]]) or unknown_columns(header):
        return None
    half = tuple("time" if name in _TIME else name for name in names[starts[1] :])
    told = "busbw" in half and {"#wrong", "error"} & set(half)
    return Layout(tuple(names[: starts[0]]), half) if told else None


def unknown_columns(header: str) -> tuple[str, ...]:
    """The names of a header line's columns that are not known; none where the line is no header."""
    names = _names(header)
    if names[:3] != list(_FIRST[:3]):
        return ()
    if any(known.startswith(names[-1]) for known in _KNOWN):
        del names[-1]  # known, or cut off
    return tuple(name for name in names if name not in _KNOWN)


def _names(header: str) -> list[str]:
    names = header.replace("#wrong", " #wrong").split()
    return names[1:] if names[:1] == ["#"] else names


def row_text(line: bytes) -> bytes | None:
    """The part of a line that is a row or its beginning, None where the line has none."""
    match = _ROW.search(line)
    return line[match.start() :] if match else None


def before_message(text: bytes) -> bytes | None:
    """What stands before a message of NCCL that began in the middle of a row, None without one."""
    match = _MESSAGE_IN_ROW.search(text)
    return text[: match.start()] if match else None


def parse_row(text: str, layout: Layout | None) -> Row | None:
    """A row's text as a `Row`, None where it does not have the columns of the layout.

    Without a header (a log whose beginning is lost) the number of columns tells -I 1 from a plain table.
    """
    tokens = text.rstrip(_SEPARATORS).split()
    if len(tokens) > 2 and _DATE.fullmatch(tokens[-2]) and _CLOCK.fullmatch(tokens[-1]):
        tokens = tokens[:-2]
    for candidate in (layout,) if layout else (Layout(), PER_ITERATION):
        row = _row(tokens, candidate)
        if row:
            return row
    return None


def _row(tokens: list[str], layout: Layout) -> Row | None:
    first = layout.first
    width = 2 * len(layout.half)
    if len(tokens) == len(first) - 1 + width and "redop" in first:
        first = tuple(name for name in first if name != "redop")  # hypercube prints an empty redop
    if len(tokens) != len(first) + width:
        return None
    named = dict(zip(first, tokens, strict=False))
    values = tokens[len(first) :]
    try:
        out_of_place = _measurement(dict(zip(layout.half, values, strict=False)))
        in_place = _measurement(dict(zip(layout.half, values[len(layout.half) :], strict=True)))
        root = int(named.get("root", "-1")[:9])
        size, count = int(named["size"]), int(named["count"])
    except (ValueError, OverflowError):
        return None
    if root < -1:
        return None
    return Row(size, count, named["type"], named.get("redop", ""), root, out_of_place, in_place)


def _measurement(named: dict[str, str]) -> Measurement:
    counted, wrong, deviation = named.get("#wrong", named.get("error", "N/A")), None, None
    if counted != "N/A":
        if "error" in named or _DEVIATION.fullmatch(counted):
            deviation = float(counted)
        else:
            wrong = int(float(counted))
    return Measurement(float(named["time"]), float(named["algbw"]), float(named["busbw"]), wrong, deviation)
