"""Rules that hold for every log, whatever is cut from it or mixed into it."""

from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nccl.checks import judge
from nccl.errors import LogError
from nccl.facts import Facts
from nccl.parser import parse_text
from nccl.source import read_stream
from nccl.verdict import Expectation, Outcome
from tests.nccl.golden_cases import PLAIN
from tests.nccl.golden_wrappings import rows_of
from tests.nccl.nccl_messages import said
from tests.nccl.nccl_tests_output import output

GOLDEN = Path(__file__).parent / "golden"
LOGS = sorted(path for path in GOLDEN.iterdir() if not path.name.endswith(".expected.json"))
LINES = output(PLAIN)


@cache
def content(log: Path) -> bytes:
    """A log up to the last line of nccl-tests: what others print after it is not missed."""
    lines = log.read_bytes().splitlines(keepends=True)
    while lines and (b"NCCL INFO" in lines[-1] or b"job done" in lines[-1]):
        del lines[-1]
    return b"".join(lines)


def end_of(whole: bytes) -> int:
    """How much of a log is needed: all but an empty line or NCCL's last error at its end, which may be lost.

    With -M 1 the last "#" may be lost too: one stands at the beginning of the line before it.
    """
    if b"# GPU memory usage" in whole:
        return whole.index(b"# GPU memory usage") + 1
    lines = whole.split(b"\n")
    while lines and (b"#" not in lines[-1] or b"# error" in lines[-1]):
        del lines[-1]
    if not lines or b"Avg bus" in lines[-1]:
        return len(whole)
    return len(b"\n".join(lines).rstrip(b"\r"))


def read(data: bytes) -> Facts:
    return read_stream(BytesIO(data))


def outcome(data: bytes) -> Outcome:
    """Asked as little as one can ask: what passes nothing here passes nothing anywhere."""
    try:
        return judge(read(data), Expectation()).outcome
    except LogError:
        return Outcome.INCONCLUSIVE


@given(log=st.sampled_from(LOGS), data=st.data())
def test_a_log_that_is_cut_anywhere_never_passes(log: Path, data: st.DataObject) -> None:
    whole = content(log)
    cut = data.draw(st.integers(0, end_of(whole) - 1))
    assert outcome(whole[:cut]) != Outcome.PASS


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_no_end_of_a_log_may_be_missing(log: Path) -> None:
    """Every cut in the last 300 bytes, where the footer is: the cuts that a property finds last."""
    whole = content(log)
    end = end_of(whole)
    passing = [cut for cut in range(max(0, end - 300), end) if outcome(whole[:cut]) == "PASS"]
    assert passing == []


@given(lost=st.sets(st.integers(0, len(rows_of(LINES)) - 1), min_size=1))
def test_a_log_that_lost_any_rows_never_passes(lost: set[int]) -> None:
    gone = {rows_of(LINES)[row] for row in lost}
    text = "\n".join(line for place, line in enumerate(LINES) if place not in gone) + "\n"
    assert outcome(text.encode()) != Outcome.PASS


@given(first=st.integers(0, len(LINES)), count=st.integers(1, len(LINES)))
def test_a_log_that_lost_lines_in_the_middle_never_passes_with_other_rows(first: int, count: int) -> None:
    text = "\n".join([*LINES[:first], *LINES[first + count :]]) + "\n"
    facts = read(text.encode())
    if judge(facts, Expectation()).outcome == Outcome.PASS:
        assert facts.rows == parse(LINES).rows
        assert facts.footer == parse(LINES).footer


def parse(lines: list[str]) -> Facts:
    return parse_text(BytesIO(("\n".join(lines) + "\n").encode()))


MESSAGES = st.builds(
    said,
    st.just(PLAIN),
    st.integers(0, PLAIN.ranks - 1),
    st.sampled_from(
        ["Channel 00/08 :    0   1   2   3", "Connected all rings", "comm 0x55 rank 1 nranks 16"]
    ),
)


@given(places=st.lists(st.tuples(st.integers(0, len(LINES)), MESSAGES), max_size=40))
def test_messages_of_nccl_between_the_lines_change_nothing(places: list[tuple[int, str]]) -> None:
    mixed = list(LINES)
    for place, message in places:
        mixed.insert(place, message)
    assert parse(mixed) == parse(LINES)


PREFIXES = st.one_of(
    st.sampled_from(
        ["[1,0]<stdout>:", "0: ", "12:", "[pod/a-b/launcher] ", "2026-07-10T09:30:00.1Z ", "launcher | "]
    ),
    st.text("abcdefghijklmnopqrstuvwxyz-[]<>|/,", max_size=12).map(lambda text: f"{text}: "),
)


@given(prefix=PREFIXES)
def test_a_prefix_changes_nothing(prefix: str) -> None:
    assert parse([prefix + line for line in LINES]) == parse(LINES)


@given(row=st.integers(0, len(rows_of(LINES)) - 1), column=st.sampled_from([52, 85]))
def test_a_message_that_begins_within_a_row_changes_nothing(row: int, column: int) -> None:
    place = rows_of(LINES)[row]
    whole = LINES[place]
    cut = [whole[:column] + said(PLAIN, 0, "Launch mode Parallel"), whole[column:]]
    assert parse([*LINES[:place], *cut, *LINES[place + 1 :]]) == parse(LINES)


@given(junk=st.binary(max_size=400), place=st.integers(0, len(LINES)))
def test_junk_between_the_lines_raises_nothing(junk: bytes, place: int) -> None:
    before, after = ("\n".join(part).encode() for part in (LINES[:place], LINES[place:]))
    assume(b"\n" not in junk)
    facts = parse_text(BytesIO(before + b"\n" + junk + b"\n" + after + b"\n"))
    assert len(facts.rows) >= len(rows_of(LINES))


@given(
    log=st.sampled_from(LOGS),
    place=st.floats(0, 1),
    new=st.one_of(
        st.text("0123456789 .:-+einfaN/A#\n", max_size=60),
        st.integers(0, 10**30).map(str),
        st.just("9" * 5000),
    ),
)
def test_a_log_changed_anywhere_raises_nothing(log: Path, place: float, new: str) -> None:
    whole = content(log)
    start = int(place * len(whole))
    outcome(whole[:start] + new.encode() + whole[start + len(new) :])


@pytest.mark.parametrize("average", ["inf", "1e400", "nan", "-inf", "", "x"])
def test_an_average_that_is_no_number_is_no_pass(average: str) -> None:
    lines = [f"# Avg bus bandwidth    : {average} " if "Avg bus" in line else line for line in LINES]
    assert judge(parse(lines), Expectation()).outcome == Outcome.INCONCLUSIVE


@given(junk=st.binary(max_size=2000))
def test_nothing_but_junk_is_never_a_pass_and_raises_nothing_else(junk: bytes) -> None:
    assert outcome(junk) != Outcome.PASS
