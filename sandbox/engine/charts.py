"""Where a Helm chart comes from: the sandbox's own files, or its repository where this machine reaches it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.helm import Helm

ChartSource = Callable[[str, str], Path | None]
"""From chart name and version to a chart on this machine, or None."""

PULL_SECONDS = 10
"""How long a repository may take to answer; one that does not is not asked again in the run."""


class Charts:
    """Finds charts, once per run each, and remembers which could not be had."""

    def __init__(self, source: ChartSource | None, helm: Helm, directory: Path) -> None:
        """Pulled charts and records are kept in `directory`."""
        self._source = source
        self._helm = helm
        self._directory = directory
        self._lock = Lock()
        self._repositories: dict[str, Lock] = {}
        """By host; one that keeps silent holds up no other."""
        self._unreachable: set[str] = set()

    def local(self, chart: str, version: str, repository: str) -> tuple[Path | None, str]:
        """A chart's path, or None and the reason why it cannot be had.

        SandboxError where the repository answers and has no such chart: AWS would fare no better.
        """
        name = chart.rstrip("/").rpartition("/")[2]
        given = Path(chart)
        if given.exists():
            return given, ""
        found = self._source(name, version) if self._source else None
        if found is not None:
            return found, ""
        place = _host(repository or chart)
        with self._lock:
            asking = self._repositories.setdefault(place, Lock())
        with asking:
            pulled = self._pulled(chart, name, version, repository, place)
        return pulled, "" if pulled else f"{place} cannot be reached from this machine"

    def _pulled(self, chart: str, name: str, version: str, repository: str, place: str) -> Path | None:
        archive = self._directory / "pulled" / f"{name}-{version}.tgz"
        if archive.exists():
            return archive
        if place in self._unreachable:
            return None
        try:
            self._helm.pull(chart, version, repository, archive.parent, PULL_SECONDS)
        except SandboxError as error:
            if "not found" in str(error):
                raise
            self._unreachable.add(place)
            return None
        return archive if archive.exists() else sorted(archive.parent.glob(f"{name}-*.tgz"))[-1]

    def record(self, release: str, content: dict[str, Any]) -> Path:
        """Keep what a release that is not installed would have been made from, for readers at any moment."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{release}.json"
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
        return draft.replace(path)

    def forget(self, release: str) -> None:
        """Remove such a record."""
        (self._directory / f"{release}.json").unlink(missing_ok=True)

    def not_installed(self) -> list[tuple[str, str]]:
        """Name and reason of every release on record as not installed."""
        contents = [json.loads(path.read_text()) for path in sorted(self._directory.glob("*.json"))]
        return [(content["name"], content["reason"]) for content in contents if "reason" in content]


def _host(url: str) -> str:
    match = re.match(r"^(?:\w+://)?([^/]+)", url)
    return match.group(1) if match else url
