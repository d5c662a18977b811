"""A record of the calls received, for tests and for people who ask what a controller is doing."""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any

KEPT = 200


class Calls:
    """Counts by operation since the start or the last reset, and the last 200 calls.

    Safe for several threads.
    """

    def __init__(self) -> None:
        """Start with nothing recorded."""
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._last: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def record(
        self,
        at: datetime,
        service: str,
        operation: str,
        status: int,
        seconds: float,
        parameters: Mapping[str, Any],
    ) -> None:
        """Note one finished call; `seconds` is how long its answer took."""
        entry = {
            "at": at.isoformat(),
            "service": service,
            "operation": operation,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "parameters": parameters,
        }
        with self._lock:
            self._counts[f"{service}:{operation}"] += 1
            self._last.append(entry)

    def as_json(self) -> dict[str, Any]:
        """`counts` by `service:Operation`, and `last`: the newest calls, oldest first."""
        with self._lock:
            return {"counts": dict(sorted(self._counts.items())), "last": list(self._last)}

    def reset(self) -> None:
        """Forget everything recorded."""
        with self._lock:
            self._counts.clear()
            self._last.clear()
