"""Which kind of file a log is, and one line for each kind that it must not be."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from nccl.errors import LogError
from nccl.evidence import Evidence
from nccl.facts import Facts
from nccl.json_source import is_text, parse_document
from nccl.lines import BLOCK_BYTES
from nccl.parser import parse_text

MAXIMUM_LOG_BYTES = 4 * 1024**3
"""About 15 seconds of reading; a run whose log is larger had NCCL_DEBUG=TRACE on."""

MAXIMUM_JSON_BYTES = 32 * 1024**2
"""JSON is read whole; a sweep of 35 sizes with -I 1, 100 iterations and 64 ranks is about 5 MB."""

_UTF8_MARK = b"\xef\xbb\xbf"
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\b\x1b")


def read_log(path: Path) -> Facts:
    """The facts of the log at `path`: the text of nccl-tests, or the JSON that its -J option writes.

    Raises LogError for what is no such log: missing, a directory, empty, binary, UTF-16, packed, too large.
    """
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(path.open("rb", buffering=0))
            size = path.stat().st_size
        except OSError as error:
            raise LogError(path, _reason(error)) from error
        if size > MAXIMUM_LOG_BYTES:
            fault = (
                f"{size / 1024**3:.1f} GiB; at most {MAXIMUM_LOG_BYTES // 1024**3} GiB is read; "
                "run with NCCL_DEBUG=INFO, or drop the lines with: grep -v 'NCCL TRACE'"
            )
            raise LogError(path, fault)
        facts = read_stream(stream, str(path), whole=not stream.seekable())
        looked_for: tuple[bytes, ...] = ()
        while facts.passed_over and not set(wanted := Evidence(facts).wanted_words()) <= set(looked_for):
            stream.seek(0)
            looked_for += wanted
            facts = read_stream(stream, str(path), whole=False, wanted=looked_for)
        return facts


def read_stream(
    stream: BinaryIO, name: str = "standard input", *, whole: bool = True, wanted: Sequence[bytes] = ()
) -> Facts:
    """The same for a stream that need not be seekable; `name` begins the error's line.

    Without `whole`, lines that say what others said before may be passed over, but not around `wanted` words.
    """
    try:
        head = _read_up_to(stream, BLOCK_BYTES)  # a pipe gives less at once
        fault = _fault_of(head)
        if fault:
            raise LogError(name, fault)
        head = head.removeprefix(_UTF8_MARK)
        if is_text(head):
            return parse_text(stream, head, whole=whole, wanted=wanted)
        document = head + _read_up_to(stream, MAXIMUM_JSON_BYTES + 1 - len(head))
        found = parse_document(document, name, MAXIMUM_JSON_BYTES)
        return parse_text(stream, document) if found is None else found
    except OSError as error:
        raise LogError(name, _reason(error)) from error


def _read_up_to(stream: BinaryIO, count: int) -> bytes:
    pieces = []
    while count > 0 and (piece := stream.read(min(count, BLOCK_BYTES))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _fault_of(head: bytes) -> str | None:
    if not head.strip():
        return "empty log; expected the output of nccl-tests; did the launcher's pod start?"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16 text; expected UTF-8; convert it: iconv -f UTF-16 -t UTF-8"
    if head[:2] == b"\x1f\x8b" or head[:4] in (b"\x28\xb5\x2f\xfd", b"PK\x03\x04"):
        return "a packed file; expected the text of nccl-tests; unpack it first"
    sample = head[:4096]
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in sample)
    if b"\0" in sample or controls * 20 > len(sample):
        return "binary data; expected the text of nccl-tests, or the JSON of its -J option"
    return None


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file; give the log of an nccl-tests run, or - for standard input"
    if isinstance(error, IsADirectoryError):
        return "a directory; give the log file in it"
    return (error.strerror or str(error)).lower()
