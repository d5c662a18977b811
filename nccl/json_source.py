"""What a log that begins like JSON is: the file of -J, a collector's document, or text behind one such
line.

A launcher may log one JSON line before the text, a shell may print a brace, and collectors wrap each line
in an object of its own: the first byte decides nothing. Only what is JSON from its beginning to its end is
read as such.
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from nccl.clean import text_of
from nccl.errors import LogError
from nccl.facts import Facts
from nccl.json_log import parse_json
from nccl.parser import parse_text

_OF_NCCL_TESTS = re.compile(rb"# +nThread \d|# +Rank +\d|# Avg bus|NCCL INFO |# nccl-tests")
_LIKE_JSON = re.compile(rb"\s*(?:\{|\[\s*\{)")
_OF_JSON_FILE = re.compile(rb'\s*\{\s*"version"')


def is_text(head: bytes) -> bool:
    """Whether a log is text by its first line: no JSON, or JSON of its own with other lines behind it."""
    if not _LIKE_JSON.match(head):
        return True
    lines = [line for line in head.split(b"\n", 2)[:2] if line.strip()]
    if len(lines) < 2:
        return False
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return not lines[0].lstrip().startswith((b'{"', b"[{")) and lines[0].strip() not in (b"{", b"[")
    return True


def parse_document(document: bytes, name: str, most_bytes: int) -> Facts | None:
    """The facts of JSON that was read whole, or to one byte more than `most_bytes`; None for text that only
    begins like it.

    Raises LogError for JSON that is neither of nccl-tests nor of a collector, and for what is cut off.
    """
    if len(document) <= most_bytes:
        lines = list(_collected(document))
        if lines:
            return parse_text(BytesIO("\n".join(lines).encode("utf-8", "replace") + b"\n"))
    if not _OF_JSON_FILE.match(document) and _OF_NCCL_TESTS.search(document):
        return None
    if len(document) > most_bytes:
        fault = (
            f"more than {most_bytes // 1024**2} MiB of JSON; "
            "run without -I 1, whose single times fill the file, or give the text of the run"
        )
        raise LogError(name, fault)
    return parse_json(document, name)


def _collected(document: bytes) -> Iterator[str]:
    """The lines in a collector's document: `aws logs get-log-events`, or a list of objects."""
    try:
        found: Any = json.loads(document)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict):
        found = found.get("events")
    if isinstance(found, list):
        for one in found:
            text = text_of(one)
            if text is not None:
                yield text.removesuffix("\n")
