"""Deleting in order: whatever depends on a resource goes before it, and what can go at once goes together."""

import heapq
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context

from sandbox.engine.errors import one_line
from sandbox.engine.paths import parse
from sandbox.engine.plan import Action
from sandbox.engine.registry import Registry
from sandbox.engine.state import Record
from sandbox.engine.watch import Watch

WORKERS = 8
"""Deletions at a time; each waits for the emulated AWS or for Kubernetes most of its time."""


def needs(record: Record) -> set[str]:
    """URNs that have to outlive a resource: what it depends on, what it is part of, and its provider."""
    of_properties = (urn for urns in record.property_dependencies.values() for urn in urns)
    return {*record.dependencies, *of_properties, record.parent, record.provider} - {"", record.urn}


class Deletion:
    """Deletes a set of records, newest first as far as their dependencies leave a choice."""

    def __init__(
        self, delete: Callable[[Record], None], watch: Watch, shown: Callable[[Record], bool]
    ) -> None:
        """`shown` says which records are worth an event; components are only forgotten."""
        self._delete = delete
        self._watch = watch
        self._shown = shown

    def run(self, records: Sequence[Record]) -> None:
        """Delete all; where one fails, what it needs stays too, everything else still goes."""
        holders = {record.sequence: 0 for record in records}
        by_urn: dict[str, list[Record]] = {}
        for record in records:
            by_urn.setdefault(record.urn, []).append(record)
        needed = {r.sequence: [n for urn in needs(r) for n in by_urn.get(urn, [])] for r in records}
        for below in needed.values():
            for record in below:
                holders[record.sequence] += 1
        by_sequence = {record.sequence: record for record in records}
        ready = [-sequence for sequence, count in holders.items() if not count]
        heapq.heapify(ready)
        running: dict[Future[bool], Record] = {}
        with ThreadPoolExecutor(WORKERS) as pool:
            while ready or running:
                while ready and len(running) < WORKERS:
                    record = by_sequence[-heapq.heappop(ready)]
                    running[pool.submit(copy_context().run, self._one, record)] = record
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    record = running.pop(future)
                    if future.result():
                        for below_it in needed[record.sequence]:
                            holders[below_it.sequence] -= 1
                            if not holders[below_it.sequence]:
                                heapq.heappush(ready, -below_it.sequence)

    def _one(self, record: Record) -> bool:
        try:
            if not self._shown(record):
                self._delete(record)
            else:
                counted = record.status != "superseded"
                with self._watch.working(Action.DELETE, record.type, record.name, counted=counted):
                    self._delete(record)
        except Exception as error:
            self._watch.failed(record.type, record.name, one_line(error))
            return False
        return True


def replaced_with(old: Record, records: Iterable[Record], registry: Registry) -> list[Record]:
    """`old` and everything that cannot outlive it: what refers to it in a property that forces a replacement.

    A node group names its cluster and cannot change it; a pod of another namespace does not care.
    """
    doomed = {old.urn: old}
    for record in sorted(records, key=lambda record: record.sequence):
        handler = registry.find(record.type)
        if handler is None or record.status == "superseded" or record.urn in doomed:
            continue
        fixed = {parse(path)[0] for path in handler.replace_on}
        for name, urns in record.property_dependencies.items():
            if name in fixed and not doomed.keys().isdisjoint(urns):
                doomed[record.urn] = record
    return list(doomed.values())
