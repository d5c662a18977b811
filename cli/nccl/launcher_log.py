"""The launcher's log, kept while it is written: one that fails for good is deleted, and its log with it.

Each attempt (a new pod, or a container started anew in the old one) has a file of its own, and the newest is
judged. What was followed is read once more at the end, since a connection may break; the longer one stays,
since kubelet cuts off the beginning of a long log (`containerLogMaxSize`, 10 MiB by default).
"""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx2

from cli.cluster import ANSWER_WITHIN, NOT_FOUND, Cluster
from cli.errors import CommandError
from cli.nccl.pods import PodSeen
from knowledge.nccl_job import LAUNCHER_CONTAINER
from nccl.folder import free_path
from nccl.lines import printable
from nccl.table import row_text

WITHOUT_END = httpx2.Timeout(30.0, connect=10.0, read=None)
"""A launcher may be silent for long: one large size takes a minute."""

READ_AGAIN = 3
"""Tries to read the finished log whole, a second apart: kubelet may not be reached, or not know it yet."""

LONGEST_LINE_BYTES = 64 * 1024
"""As `nccl.lines` has it; what is longer is no line of nccl-tests."""

LAST_WORDS_BYTES = 64 * 1024
LONGEST_WORDS = 200
"""Characters of a log's line in a message."""

_ERROR = re.compile(
    r"error|fail|refused|abort|denied|cannot|could not|unable|timed? ?out|no such", re.IGNORECASE
)


@dataclass(frozen=True)
class Attempt:
    """One start of the launcher."""

    pod: str
    restarts: int


class LauncherLog:
    """The logs of a run's launcher in a folder: `efa.log`, and `efa-1.log` of an attempt before the last."""

    def __init__(self, cluster: Cluster, folder: Path, variant: str) -> None:
        """Follow nothing yet. The log of a test that had no end, in a folder that is given again, is not this
        run's: it is set aside.
        """
        self.path = folder / f"{variant}.log"
        if self.path.exists():
            self.path.rename(free_path(self.path.with_stem(f"{variant}-earlier")))
        self._cluster = cluster
        self._attempt: Attempt | None = None
        self._attempts = 0
        self._rows = RowCount()
        self._following: threading.Thread | None = None

    @property
    def rows(self) -> int:
        """Rows of the result in the newest attempt so far."""
        return self._rows.count

    def follow(self, launcher: PodSeen | None) -> None:
        """Begin to keep the log of an attempt that is new; called at every look."""
        if launcher is None or not launcher.has_log:
            return
        attempt = Attempt(launcher.full_name, launcher.restarts)
        if attempt != self._attempt:
            if self.path.exists():
                self.path.rename(free_path(self.path.with_stem(f"{self.path.stem}-{self._attempts}")))
            self._attempt, self._attempts = attempt, self._attempts + 1
            self._begin(attempt)
        elif self._following and not self._following.is_alive() and _size(self.path) <= 0:
            self._begin(attempt)  # it could not be read yet

    def finish(self) -> Path:
        """Read the newest attempt's log once more, whole; the log's path, where there may be nothing."""
        if self._attempt is None:
            return self.path
        whole = self.path.with_suffix(".whole")
        try:
            self._read_again(self._attempt, whole)
            if _size(whole) > _size(self.path):
                whole.replace(self.path)
        finally:
            whole.unlink(missing_ok=True)
        return self.path

    def _read_again(self, attempt: Attempt, whole: Path) -> None:
        for left in reversed(range(READ_AGAIN)):
            try:
                write(self._read(attempt, follow=False), opened(whole), RowCount())
                break
            except httpx2.HTTPError as error:
                if _is_gone(error) or not left:
                    break  # what was followed is what there is
                time.sleep(1)

    def _begin(self, attempt: Attempt) -> None:
        self._rows = RowCount()
        # Here, for a thread that comes late would empty what `finish` has kept meanwhile.
        file = opened(self.path)
        self._following = threading.Thread(target=self._follow, args=(attempt, file, self._rows), daemon=True)
        self._following.start()

    def _follow(self, attempt: Attempt, file: BinaryIO, rows: "RowCount") -> None:
        try:
            write(self._read(attempt, follow=True), file, rows)
        except (httpx2.HTTPError, CommandError):
            return  # `finish` reads it again, and says what is wrong

    def _read(self, attempt: Attempt, *, follow: bool) -> Iterator[bytes]:
        place = f"/api/v1/namespaces/{self._cluster.nccl_namespace}/pods/{attempt.pod}/log"
        options = {"container": LAUNCHER_CONTAINER, "follow": str(follow).lower()}
        with (
            self._cluster.http(WITHOUT_END if follow else ANSWER_WITHIN) as http,
            http.stream("GET", place, params=options) as response,
        ):
            yield from response.raise_for_status().iter_bytes()


class RowCount:
    """Counts the rows of the result in a log that comes in pieces."""

    def __init__(self) -> None:
        """Begin before the first piece."""
        self.count = 0
        self._rest = b""

    def take(self, piece: bytes) -> None:
        """Take in the next piece; a line counts once it has ended."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self._rest = self._rest[-LONGEST_LINE_BYTES:]
        self.count += sum(row_text(line) is not None for line in lines)


def opened(path: Path) -> BinaryIO:
    """An empty file to write a log into; raises CommandError where there can be none."""
    try:
        return path.open("wb", buffering=0)
    except OSError as error:
        raise _not_written(path, error) from error


def write(pieces: Iterator[bytes], file: BinaryIO, rows: RowCount) -> None:
    """Write the pieces as they come, and close; raises CommandError where the disk does not take them."""
    with file:
        for piece in pieces:
            try:
                file.write(piece)
            except OSError as error:
                raise _not_written(file.name, error) from error
            rows.take(piece)


def _not_written(path: Path | str, error: OSError) -> CommandError:
    return CommandError(str(path), (error.strerror or str(error)).lower(), "give another --output")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _is_gone(error: httpx2.HTTPError) -> bool:
    return isinstance(error, httpx2.HTTPStatusError) and error.response.status_code == NOT_FOUND


def last_words(log: Path) -> str | None:
    """The last line of a log that tells of an error, else its last line; None where it has none."""
    try:
        with log.open("rb") as file:
            file.seek(max(log.stat().st_size - LAST_WORDS_BYTES, 0))
            lines = file.read().splitlines()
    except OSError:
        return None
    said = [text for line in lines if (text := printable(line))]
    errors = [line for line in said if _ERROR.search(line) and not line.startswith("#")]
    words = next(reversed(errors or said), None)
    return words if words is None or len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}..."
