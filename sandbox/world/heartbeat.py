"""What the agent reports about itself in `agent.json`: alive since, nodes joined, Karpenter's state."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

INTERVAL_SECONDS = 5.0
"""How often the file is written where nothing has changed."""

LATE_SECONDS = 20.0
"""A report older than that comes from an agent that hangs or has been killed."""


class Heartbeat:
    """Writes the file; safe for several threads."""

    def __init__(self, path: Path) -> None:
        """Nothing is written before the first report."""
        self._path = path
        self._parts: dict[str, Mapping[str, Any]] = {}
        self._written = 0.0
        self._lock = Lock()

    def report(self, part: str, values: Mapping[str, Any]) -> None:
        """Replace what is said about one part, such as `joiner`."""
        with self._lock:
            now = time.time()
            if self._parts.get(part) == values and now - self._written < INTERVAL_SECONDS:
                return
            self._parts[part] = dict(values)
            self._written = now
            draft = self._path.with_suffix(".draft")
            draft.write_text(json.dumps({"time": now, **self._parts}, indent=2) + "\n")
            draft.replace(self._path)


def read_heartbeat(path: Path) -> dict[str, Any]:
    """The last report; empty where there is none or it is older than `LATE_SECONDS`."""
    try:
        report: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return report if time.time() - float(report.get("time", 0)) < LATE_SECONDS else {}
