"""A log in blocks of lines, with the bulk of it passed over at the speed of C.

An NCCL_DEBUG=INFO log of a large run is a million lines of channel set-up around some hundreds that matter.
The first megabytes are read line by line. After that a block whose lines all set up channels over one
network is counted, not read: it says nothing new. Whoever reads so must look at the result: where something
is missing, what was passed over is read after all (`parser`). Lines are never cut at a block's edge, and a
line without an end (binary junk, a progress bar) is dropped instead of being gathered in memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK_BYTES = 256 * 1024
"""Small enough to stay in the processor's cache: faster than a megabyte, and half the memory."""

LONGEST_LINE_BYTES = 64 * 1024

READ_WHOLE_BYTES = 2 * BLOCK_BYTES
"""What is read line by line before anything is passed over: some 5,000 lines."""

MESSAGE = b"NCCL INFO "
CHANNEL = b"NCCL INFO Channel "
ROW_PADDING = b"     "
"""Five spaces stand before the columns of a row and in no message of NCCL: a message that begins in the
middle of a row (both write to one stdout) is kept, because the row's beginning is on its line."""

_NETWORK = re.compile(rb" via NET/[^/\n]{1,40}/(?=\d)")
_CARRIER = re.compile(rb" via ([A-Z0-9]+(?:/[A-Za-z ]+)?)")
_SAMPLE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in order, without their ends.

    `terminated` is False for the last line of a log that ends without a line break; `passed_over` counts the
    lines that stand for others like them.
    """

    lines: list[bytes]
    terminated: bool = True
    passed_over: int = 0


def blocks(stream: BinaryIO, head: bytes = b"", *, whole: bool = True) -> Iterator[Block]:
    """Read `stream` to its end; `head` is what was already read from it.

    Every line, where the `whole` is asked for; else without what says nothing new.
    """
    left = READ_WHOLE_BYTES
    needle: bytes | None = None
    carriers: set[bytes] = set()
    for text in _texts(stream, head):
        end = text.rfind(b"\n")
        if end < 0:
            yield Block([text], terminated=False)
            continue
        if whole or left > 0:
            left -= len(text)
            yield Block(text[:end].split(b"\n"))
            continue
        if needle is None or text.count(needle) != text.count(b"\n"):
            needle = _needle(text)
        else:
            yield Block(text[: text.rfind(b"\n", 0, _SAMPLE_BYTES)].split(b"\n"), passed_over=1)
            continue
        yield _telling(text, carriers)


def _texts(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Whole lines, some thousand at once; last a line without an end, if there is one."""
    rest = b""
    skipping = False
    chunk = head or stream.read(BLOCK_BYTES)
    while chunk:
        if skipping:
            start = chunk.find(b"\n") + 1
            skipping = not start
            chunk = chunk[start:] if start else b""
        text = rest + chunk if rest else chunk
        cut = text.rfind(b"\n") + 1
        rest = text[cut:]
        if len(rest) > LONGEST_LINE_BYTES:
            rest, skipping = b"", True
        if cut:
            yield text[:cut] if cut < len(text) else text
        chunk = stream.read(BLOCK_BYTES)
    if rest:
        yield rest


def _needle(text: bytes) -> bytes | None:
    """What stands once in each line of a block that sets up channels over one network."""
    found = _NETWORK.search(text, len(text) // 2)
    return found[0] if found else None


def _telling(text: bytes, carriers: set[bytes]) -> Block:
    """The lines of a block without channels over carriers that are known already, which are the most."""
    lines = text[: text.rfind(b"\n")].split(b"\n")
    if not carriers.issuperset(_CARRIER.findall(text)):
        carriers.update(_CARRIER.findall(text))
        return Block(lines)
    kept = [line for line in lines if CHANNEL not in line or ROW_PADDING in line]
    return Block(kept, passed_over=len(lines) - len(kept))


def printable(line: bytes) -> str:
    """A line's text, safe to show: a log may hold escape sequences for a terminal."""
    text = line.decode("utf-8", "replace").strip()
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\t" else "?" for c in text)
