"""The text of nccl-tests as facts, whatever launcher, collector or release it went through.

No list of prefixes is needed: rows and comment lines are found behind any of them (`[1,0]<stdout>:`,
`0: `, a timestamp, a pod's name). Only the closing empty line has nothing to be found by; it is told by
the prefix that the footer before it had.
"""

import re
from collections.abc import Sequence
from typing import BinaryIO

from nccl.clean import clean, is_bare, without_remark
from nccl.comments import Comments
from nccl.facts import RECORDED_MARK, Facts, Row
from nccl.lines import MESSAGE, ROW_PADDING, blocks, printable
from nccl.messages import Listener
from nccl.table import before_message, parse_row, row_text
from nccl.versions import versions_of

MAXIMUM_ROWS = 100_000
"""A run of all types, operations and roots prints some thousands; more is `-N 0`, which never ends."""

_KEPT = 100
"""So many malformed rows and failures are kept: enough to see what is wrong, whatever the log's size."""

_RECORDED = RECORDED_MARK.encode()
_FAILURE = re.compile(rb"[\w.-]+(?: pid \d+)?: Test (?:(?:NCCL|CUDA) failure|failure|timeout)[^\r\n]*")
_REST_OF_ROW = re.compile(
    rb"(?:[ \t]+(?:N/A|-?nan|-?inf|[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?))+"
    rb"(?:[ \t]+\d{4}-\d\d-\d\d [\d:]{8})?[ \t\r]*$"
)


class _Reader:
    """Gathers facts from the lines of one log."""

    def __init__(self) -> None:
        self.comments = Comments()
        self.listener = Listener()
        self.passed_over = 0
        self.rows: list[Row] = []
        self.rows_dropped = 0
        self.malformed: list[str] = []
        self.failures: list[str] = []
        self.recorded = False
        self.cut_row: bytes | None = None

    def raw_line(self, line: bytes, *, terminated: bool = True) -> None:
        """Take in one line as it is in the file."""
        if is_bare(line):
            self.line(line, terminated=terminated)
            return
        for one in clean(line):
            bare = without_remark(one)
            if bare is not one:
                self.listener.deduplicated = True
            self.line(bare, terminated=terminated)

    def line(self, line: bytes, *, terminated: bool = True) -> None:
        """Take in one line of text; `terminated` is False where the log ends within it."""
        if MESSAGE in line:
            self.listener.line(line)
            if ROW_PADDING not in line and b"#" not in line:
                return
        if b"#" in line and self.comments.read(line, terminated=terminated):
            self.give_up_cut_row()
        elif text := row_text(line):
            self.give_up_cut_row()
            self._row(text)
        elif self.cut_row is not None and (rest := _REST_OF_ROW.search(before_message(line) or line)):
            text, self.cut_row = self.cut_row + line[rest.start() :], None
            self._row(text)
        elif self.comments.averages:
            self.comments.read_plain(line, terminated=terminated)
        if b": Test " in line and (match := _FAILURE.search(line)):
            _keep(self.failures, match[0])
        if b"NCCL version" in line:
            self.listener.versions.add(line[line.find(b"NCCL version") :].strip())
        if _RECORDED in line:
            self.recorded = True

    def _row(self, text: bytes) -> None:
        before = before_message(text)
        row = None
        if self.comments.unknown_header is None:
            row = parse_row(printable(text if before is None else before), self.comments.layout)
        if row is None and before is not None:
            self.cut_row = before
        elif row is None:
            _keep(self.malformed, text)
        elif len(self.rows) < MAXIMUM_ROWS:
            self.rows.append(row)
        else:
            self.rows_dropped += 1

    def give_up_cut_row(self) -> None:
        """The rest of a row that a message of NCCL had cut never came."""
        if self.cut_row is not None:
            _keep(self.malformed, self.cut_row)
            self.cut_row = None

    def facts(self) -> Facts:
        """All that was gathered."""
        self.give_up_cut_row()
        comments, listener = self.comments, self.listener
        versions = map(printable, listener.versions)
        return Facts(
            collective=comments.collective,
            declared=comments.declared,
            devices=tuple(comments.devices),
            transport=listener.transport,
            said=listener.said,
            versions=versions_of(versions, comments.nccl_tests, comments.nccl_library),
            rows=tuple(self.rows),
            footer=comments.footer,
            started=comments.started,
            concluded=comments.concluded,
            averages=comments.averages,
            malformed_rows=tuple(self.malformed),
            unknown_header=comments.unknown_header,
            rows_dropped=self.rows_dropped,
            failures=tuple(self.failures),
            last_error=comments.last_error,
            recorded=self.recorded,
            passed_over=self.passed_over > 0,
        )


def parse_text(
    stream: BinaryIO, head: bytes = b"", *, whole: bool = True, wanted: Sequence[bytes] = ()
) -> Facts:
    """Read the output of nccl-tests to its end; `head` is what was already read of it.

    Without `whole`, lines like many before them are passed over, and `Facts.passed_over` says so. Nothing
    is raised for strange content: what is not understood is not a fact.
    """
    reader = _Reader()
    for block in blocks(stream, head, whole=whole, wanted=wanted):
        reader.passed_over += block.passed_over
        for line in block.lines:
            reader.raw_line(line, terminated=block.terminated)
    return reader.facts()


def _keep(texts: list[str], line: bytes) -> None:
    if len(texts) < _KEPT:
        texts.append(printable(line))
