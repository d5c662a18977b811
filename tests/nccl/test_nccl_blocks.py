"""A log is read in blocks; where a block ends must not show, nor may a line fill the memory."""

from io import BytesIO
from pathlib import Path

import pytest

from nccl import lines
from nccl.checks import judge
from nccl.evidence import Evidence
from nccl.facts import Facts
from nccl.parser import MAXIMUM_ROWS, parse_text
from nccl.source import read_log
from nccl.sweep import gaps
from nccl.verdict import Expectation
from tests.nccl.nccl_tests_output import output
from tests.nccl.nccl_tests_run import Run

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("release-2.19.6", "messages-cut-a-row-behind-a-tag", "option-I-and-S", "messages-interleaved")


def read(data: bytes) -> Facts:
    return parse_text(BytesIO(data))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, 64, 1000, 4096])
def test_the_size_of_a_block_changes_nothing(name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (GOLDEN / f"{name}.log").read_bytes()
    whole = read(content)
    monkeypatch.setattr(lines, "BLOCK_BYTES", size)
    assert read(content) == whole


def test_a_message_on_a_blocks_edge_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    message = b"worker-0:1:2 [0] NCCL INFO Using network Socket\n"
    for size in range(1, 2 * len(message)):
        monkeypatch.setattr(lines, "BLOCK_BYTES", size)
        assert dict(read(message * 3).transport.networks) == {"Socket": 3}


def test_a_rank_that_speaks_only_among_a_thousand_others_of_a_large_log_is_heard(tmp_path: Path) -> None:
    """What is passed over in a large log is read after all where a host is missing."""
    run = output(Run(hosts=("node-a", "node-b", "node-c"), gpus=1, maximum=1 << 20))
    late = [line for line in run if " via " in line and " 2[" in line]
    early = [line for line in run if line not in late]
    others = [line for line in early if line.startswith("node-a") and " via " in line] * 20_000
    place = early.index("#", 5)
    path = tmp_path / "large.log"
    path.write_text("\n".join([*early[:place], *others, *late, *others, *early[place:], ""]))
    facts = read_log(path)
    assert facts.passed_over
    assert Evidence(facts).between_hosts == {"NET/Libfabric": {"node-a", "node-b", "node-c"}}
    assert judge(facts, Expectation("efa", 32)).outcome == "PASS"


class Endless(BytesIO):
    """A line that never ends, of a given length, and then a log; it remembers the most it gave at once."""

    def __init__(self, length: int, after: bytes) -> None:
        super().__init__(after)
        self.left = length

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size <= lines.BLOCK_BYTES
        count = min(size, self.left)
        self.left -= count
        return b"x" * count if count else super().read(size)


def test_a_line_of_a_gigabyte_is_dropped_and_the_log_behind_it_read() -> None:
    content = (GOLDEN / "release-2.19.6.log").read_bytes()
    assert parse_text(Endless(1 << 30, b"\n" + content)) == read(content)


def test_a_long_line_ends_where_its_line_break_is() -> None:
    content = (GOLDEN / "release-2.19.6.log").read_bytes()
    for length in (lines.LONGEST_LINE_BYTES - 1, lines.LONGEST_LINE_BYTES + 1, 3 * lines.BLOCK_BYTES):
        assert read(b"x" * length + b"\n" + content) == read(content)


def test_the_rest_of_a_line_that_was_dropped_is_no_line_of_its_own() -> None:
    row = b"           8             2     float     sum      -1    65.00    0.00    0.00       0"
    row += b"    65.65    0.00    0.00       0\n"
    assert read(b"x" * 3 * lines.BLOCK_BYTES + row).rows == ()
    assert read(b"x" * 3 * lines.BLOCK_BYTES + row.rstrip()).rows == ()
    assert len(read(b"x" * 3 * lines.BLOCK_BYTES + b"\n" + row).rows) == 1


def test_a_log_that_never_stops_printing_rows_is_bounded_and_open() -> None:
    row = b"           8             2     float     sum      -1    65.00    0.00    0.00       0"
    row += b"    65.65    0.00    0.00       0\n"
    facts = read(row * (MAXIMUM_ROWS + 5))
    assert len(facts.rows) == MAXIMUM_ROWS
    assert facts.rows_dropped == 5
    assert "5 rows more than are kept" in gaps(facts)


def test_escape_sequences_of_a_log_do_not_reach_the_terminal() -> None:
    facts = read(b"worker: Test NCCL failure x.cu:1 '\x1b[31mred'\n8 2 float sum \x1b]0;title\x07\n")
    assert facts.failures == ("worker: Test NCCL failure x.cu:1 'red'",)
    assert "\x1b" not in "".join(facts.malformed_rows)
    device = b"#  Rank  0 Group  0 Pid  1 on h\x1b[2Jost device  0 [0000:00:1e] T4\x1b]0;title\n"
    (found,) = read(device).devices
    assert (found.host, found.name) == ("host", "T4")
