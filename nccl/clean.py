"""What terminals, launchers and collectors put around a line, taken off in one place.

A log reaches this program by many ways: coloured (docker compose, Ray), one JSON object a line (Docker's
json-file, Fluent Bit, CloudWatch, `stern -o json`, journald), with a remark behind each line (Ray counts
lines that it left out). What stands *before* the text needs no removal: rows, comments and messages are
found behind any prefix.
"""

import json
import re
from collections.abc import Iterator, Mapping

_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    rb"|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # OSC: titles, links
    rb"|\x1b[ -/]*[0-~]"
    rb"|(?:\^\[|#033)\[[\d;]*m"  # as `cat -v` and rsyslog write them
)
_REPEATED = re.compile(rb"[ \t]*\[repeated \d+x across [\w ]*cluster\][^\n]*")
"""Ray's own words: https://docs.ray.io/en/latest/ray-observability/user-guides/configure-logging.html."""

_TEXT_KEYS = ("log", "message", "msg", "line", "MESSAGE", "@message", "textPayload", "body", "text", "_raw")
"""Where collectors put the line: Docker and Fluent Bit, CloudWatch and stern, Vector and Loki, journald,
Google, OpenTelemetry, Splunk."""
_NESTED_KEYS = ("jsonPayload", "record", "fields", "body", "_source")
_DEEPEST = 3


def is_bare(line: bytes) -> bool:
    """Whether there is nothing to take off: of most lines."""
    return not (
        b"\x1b" in line or b'{"' in line or b"[repeated " in line or b"^[[" in line or b"#033[" in line
    )


def clean(line: bytes) -> Iterator[bytes]:
    """The lines of text that a line of the file holds: one, or those of the JSON object that wraps them."""
    text = _json_text(line) if b'{"' in line else None
    for one in (line,) if text is None else text.encode("utf-8", "replace").removesuffix(b"\n").split(b"\n"):
        yield _ESCAPES.sub(b"", one).rstrip(b"\r")


def without_remark(line: bytes) -> bytes:
    """The line without Ray's count of lines like it."""
    return _REPEATED.sub(b"", line) if b"[repeated " in line else line


def text_of(found: object, depth: int = 0) -> str | None:
    """The text that a collector's JSON object wraps, None where it wraps none."""
    if not isinstance(found, Mapping) or depth > _DEEPEST:
        return None
    for key in _TEXT_KEYS:
        if isinstance(found.get(key), str):
            return str(found[key])
    nested = (text_of(found.get(key), depth + 1) for key in _NESTED_KEYS)
    return next((text for text in nested if text is not None), None)


def _json_text(line: bytes) -> str | None:
    """The text of a JSON object at the line's end, whatever stands before it (a time, a tag)."""
    if not line.rstrip().endswith(b"}"):
        return None
    try:
        return text_of(json.loads(line[line.index(b'{"') :]))
    except (ValueError, RecursionError):
        return None
