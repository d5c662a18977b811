"""A log in blocks of lines, with the bulk of it passed over at the speed of C.

An NCCL_DEBUG=INFO log of a large run is a million lines of channel set-up around some hundreds that matter.
The first megabytes are read line by line. After that a block whose lines all set up channels over one
network is counted, not read: it says nothing new. Whoever reads so must look at the result: where something
is missing, what was passed over is read after all (`parser`). Lines are never cut at a block's edge, and a
line without an end (binary junk, a progress bar) is dropped instead of being gathered in memory.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

BLOCK_BYTES = 96 * 1024
"""Small enough to stay in the processor's cache, and below 128 KiB, from where on malloc asks the kernel
for fresh pages each time (mallopt(3), M_MMAP_THRESHOLD): twice as fast as a megabyte."""

LONGEST_LINE_BYTES = 64 * 1024

READ_WHOLE_BYTES = 64 * 1024
"""What is read line by line before anything is passed over: the first block."""

MESSAGE = b"NCCL INFO "
ROW_PADDING = b"     "
"""Five spaces stand before the columns of a row and in no message of NCCL: a message that begins in the
middle of a row (both write to one stdout) is kept, because the row's beginning is on its line."""

_SAID = re.compile(
    rb"NCCL INFO (?:Channel \S+ : )?(\S+ -> \S+ (?:\[\w+\] )?via [A-Z\d]+(?:/[A-Za-z ]+)?|[^\n]*)"
)
"""What a message says; of a channel not its number, for there are many between the same two ranks."""

_TELLING = (b"Using network ", b"NET/OFI Selected ", b"comm ", b"ncclCommInit")
"""Messages whose head matters: which process says so."""

_MOST_TEXTS = 20_000
_LOOKS = 4
"""Blocks that are read around a wanted word: where a rank sets up its channels, its lines stand together."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in order, without their ends.

    `terminated` is False for the last line of a log that ends without a line break; `passed_over` counts the
    lines that stand for others like them.
    """

    lines: list[bytes]
    terminated: bool = True
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one read gave: a line that began before it, and whole lines from `start` to `end`, without
    copying."""

    first: bytes | None
    chunk: bytes
    start: int
    end: int

    @property
    def lines(self) -> list[bytes]:
        """All lines of the piece."""
        whole = self.chunk[self.start : self.end].split(b"\n")[:-1]
        return whole if self.first is None else [self.first, *whole]

    def has_in_each_line(self, needle: bytes) -> bool:
        """Whether there are as many of them as lines."""
        return self.chunk.count(needle, self.start, self.end) == self.chunk.count(b"\n", self.start, self.end)


def blocks(
    stream: BinaryIO, head: bytes = b"", *, whole: bool = True, wanted: Sequence[bytes] = ()
) -> Iterator[Block]:
    """Read `stream` to its end; `head` is what was already read from it.

    Every line, where the `whole` is asked for; else without what says nothing new, but with all lines around
    words that are `wanted`.
    """
    left = READ_WHOLE_BYTES
    skimmer = _Skimmer(wanted)
    for piece in _pieces(stream, head):
        if isinstance(piece, bytes):
            yield Block([piece], terminated=False)
        elif whole or left > 0:
            left -= len(piece.chunk)
            yield Block(piece.lines)
        else:
            yield skimmer.skim(piece)


class _Skimmer:
    """Leaves out of pieces what was said before, by whomever."""

    def __init__(self, wanted: Sequence[bytes]) -> None:
        self._needle: bytes | None = None
        self._known: set[bytes] = set()
        self._looks = dict.fromkeys(wanted, _LOOKS)

    def skim(self, piece: _Piece) -> Block:
        """The lines of a piece that are no messages, or whose text is new."""
        if self._needle is not None and piece.has_in_each_line(self._needle):
            if self._worth_a_look(piece.chunk):
                return Block(piece.lines)
            other = piece.first is not None and self._needle.rstrip() not in piece.first
            return Block(piece.lines[:1] if other else [], passed_over=1)
        said = _SAID.findall(piece.chunk, piece.start, piece.end)
        texts = set(said)
        new = texts - self._known
        if len(self._known) < _MOST_TEXTS:
            self._known |= new
        new |= {text for text in texts if text.startswith(_TELLING)}
        self._needle = _needle(said[-1]) if said else None
        if not new and len(said) == piece.chunk.count(b"\n", piece.start, piece.end):
            return Block([] if piece.first is None else [piece.first], passed_over=1)
        kept = [
            line
            for line in piece.lines
            if MESSAGE not in line or ROW_PADDING in line or not new.isdisjoint(_SAID.findall(line))
        ]
        return Block(kept, passed_over=1)

    def _worth_a_look(self, chunk: bytes) -> bool:
        """Whether a wanted word is there that was not looked at often enough."""
        found = [word for word in self._looks if word in chunk]
        for word in found:
            self._looks[word] -= 1
            if not self._looks[word]:
                del self._looks[word]
        return bool(found)


def _needle(text: bytes) -> bytes:
    """What stands once in each line like it: channels go on behind their network, other messages end."""
    place = text.find(b" via NET/")
    return text[place:] + b"/" if place >= 0 else b"%b%b\n" % (MESSAGE, text)


def _pieces(stream: BinaryIO, head: bytes) -> Iterator[_Piece | bytes]:
    """Whole lines, some hundred at once; last a line without an end, if there is one."""
    rest = b""
    skipping = False
    chunk = head or stream.read(BLOCK_BYTES)
    while chunk:
        start, end = chunk.find(b"\n") + 1, chunk.rfind(b"\n") + 1
        if start:
            yield _Piece(None if skipping else rest + chunk[: start - 1], chunk, start, end)
            rest, skipping = chunk[end:], False
        elif not skipping:
            rest += chunk
        if len(rest) > LONGEST_LINE_BYTES:
            rest, skipping = b"", True
        chunk = stream.read(BLOCK_BYTES)
    if rest:
        yield rest


def printable(line: bytes) -> str:
    """A line's text, safe to show: a log may hold escape sequences for a terminal."""
    text = line.decode("utf-8", "replace").strip()
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\t" else "?" for c in text)
