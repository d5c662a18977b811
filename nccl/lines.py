"""A log in blocks of lines, with the bulk of it dropped at the speed of C.

An NCCL_DEBUG=INFO log of a large run is a million lines of channel set-up around forty lines that
matter. Python may look at the forty only. So a block is cut into lines, NCCL's own messages are sifted
out by one substring test a line, and the few messages that say something are found by one regular
expression with a literal beginning. Lines are never cut at a block's edge, and a line without an end
(binary junk, a progress bar) is dropped instead of being gathered in memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK_BYTES = 256 * 1024
"""Small enough to stay in the processor's cache: faster than a megabyte, and half the memory."""

LONGEST_LINE_BYTES = 64 * 1024

_NCCL_INFO = b"NCCL INFO"

_MESSAGE = re.compile(
    rb"NCCL INFO ((?:NET/OFI (?:Selected|Initializing|Using)|Using network|NCCL version|cudaDriverVersion)"
    rb"[^\r\n]*)"
)

_ROW_PADDING = b"     "
"""Five spaces stand before the columns of a row and in no message of NCCL: a message that begins in the
middle of a row (both write to one stdout) is kept, because the row's beginning is on its line."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that NCCL did not write, in order, and the messages of NCCL that the verdict needs.

    `terminated` is False for the last line of a log that ends without a line break.
    """

    lines: list[bytes]
    messages: list[bytes]
    terminated: bool = True


def blocks(stream: BinaryIO, head: bytes = b"") -> Iterator[Block]:
    """Read `stream` to its end; `head` is what was already read from it."""
    rest = b""
    skipping = False
    chunk = head or stream.read(BLOCK_BYTES)
    while chunk:
        lines = chunk.split(b"\n")
        messages = _MESSAGE.findall(chunk, chunk.find(b"\n") + 1, chunk.rfind(b"\n") + 1)
        lines[0] = rest + lines[0]
        rest = lines.pop()
        if lines and skipping:
            del lines[0]
            skipping = False
        elif lines:
            messages += _MESSAGE.findall(lines[0])
        if len(rest) > LONGEST_LINE_BYTES:
            rest, skipping = b"", True
        yield Block(_without_messages(lines, chunk), messages)
        chunk = stream.read(BLOCK_BYTES)
    if rest and not skipping:
        yield Block(_without_messages([rest], rest), _MESSAGE.findall(rest), terminated=False)


def _without_messages(lines: list[bytes], chunk: bytes) -> list[bytes]:
    if _ROW_PADDING in chunk or any(_ROW_PADDING in line for line in lines[:1]):
        return [line for line in lines if _NCCL_INFO not in line or _ROW_PADDING in line]
    return [line for line in lines if _NCCL_INFO not in line]


def printable(line: bytes) -> str:
    """A line's text, safe to show: a log may hold escape sequences for a terminal."""
    text = line.decode("utf-8", "replace").strip()
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\t" else "?" for c in text)
