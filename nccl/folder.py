"""The folder of one report: the logs as they were, and everything that was made of them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from nccl.document import to_json
from nccl.errors import ReportError
from nccl.lines import BLOCK_BYTES
from nccl.markdown import to_markdown
from nccl.picture import draw
from nccl.report import Report
from nccl.source import MAXIMUM_LOG_BYTES

REPORT = "report.json"
_CANNOT_MAKE = "cannot be made: {}; give another folder with --output"


def new_folder(parent: Path, now: datetime | None = None) -> Path:
    """Make PARENT/<time in UTC>-nccl, with a number behind it where that is taken already."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ-nccl")
    for number in range(1, 1000):
        folder = parent / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise ReportError(folder, _CANNOT_MAKE.format(error.strerror)) from error
        return folder
    fault = "holds a thousand reports of this second; give --output"
    raise ReportError(parent, fault)


def given_folder(folder: Path) -> Path:
    """Make the folder that was asked for. An older report in it is not overwritten."""
    try:
        taken = (folder / REPORT).exists()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(folder, _CANNOT_MAKE.format(error.strerror)) from error
    if taken:
        fault = f"holds a {REPORT} already; give another --output, or move it away"
        raise ReportError(folder, fault)
    return folder


def keep_log(log: Path, folder: Path) -> Path | None:
    """Copy a log into the folder under its own name.

    None where it is no file that can be read, already lies there, or is too large to be read at all.
    """
    if not log.is_file() or not os.access(log, os.R_OK) or log.resolve().parent == folder.resolve():
        return None
    if log.stat().st_size > MAXIMUM_LOG_BYTES:
        return None
    target = free_path(folder / log.name)
    with writing(target):
        shutil.copyfile(log, target)
    return target


def keep_stream(stream: BinaryIO, folder: Path, name: str) -> Path:
    """Save a pipe as a log in the folder, so that it can be read again; at most what is read of a log."""
    target = free_path(folder / name)
    left = MAXIMUM_LOG_BYTES + 1
    with writing(target), target.open("xb") as file:
        while left > 0 and (piece := stream.read(min(left, BLOCK_BYTES))):
            file.write(piece)
            left -= len(piece)
    return target


def write_report(report: Report, folder: Path, *, picture: bool = True) -> list[Path]:
    """Write the JSON, the picture and the Markdown that shows it; the paths of what was written."""
    document, markdown = folder / REPORT, folder / "report.md"
    with writing(folder):
        document.write_text(to_json(report), encoding="utf-8")
        pictures = draw(report, folder) if picture else ()
        markdown.write_text(to_markdown(report, pictures[0].name if pictures else None), encoding="utf-8")
    return [document, markdown, *pictures]


def free_path(path: Path) -> Path:
    """The path, with a number behind its stem where there is something already."""
    target, number = path, 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return target


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Make a ReportError of a disk that does not take it."""
    try:
        yield
    except OSError as error:
        fault = f"cannot be written: {(error.strerror or str(error)).lower()}; give another --output"
        raise ReportError(target, fault) from error
