"""What the engine remembers of a stack between runs: one JSON file, rewritten atomically after every
operation.

A record is written before a resource is made (`status: creating`) and again when it exists, so that a run
killed at any point leaves behind either the resource's id or the knowledge that there may be one.
"""

import dataclasses
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sandbox.engine.errors import SandboxError, flat
from sandbox.engine.values import Properties

VERSION = 1

Status = Literal["creating", "ready", "updating", "superseded"]
"""`creating`: asked for, perhaps there. `updating`: asked to become `intended`. `superseded`: replaced, to
go."""


class StateError(SandboxError):
    """The state file cannot be used."""


@dataclass(frozen=True)
class Record:
    """One resource, as it was made."""

    urn: str
    type: str
    name: str
    """Name in the program."""
    parent: str = ""
    custom: bool = True
    """False for components, which exist in the program only."""
    id: str = ""
    physical_name: str = ""
    """Name it was given where the program named none; unique to this creation."""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    surroundings: Properties = field(default_factory=dict)
    """Facts outside the program that it was made from; see `Handler.surroundings`."""
    secrets: tuple[str, ...] = ()
    """Outputs that are never shown."""
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """URNs by the input that refers to them."""
    provider: str = ""
    sequence: int = 0
    """Order of creation; deletion goes the other way."""
    protect: bool = False
    retain: bool = False
    """Forget instead of delete: the resource option `retain_on_delete`."""
    status: Status = "ready"
    intended: Properties | None = None
    """Inputs of an update that has begun."""

    def to_json(self) -> str:
        """One line of the state file: everything that is not at its default."""
        values = {
            item.name: getattr(self, item.name)
            for item in dataclasses.fields(self)
            if getattr(self, item.name) not in ("", (), {}, None)
        }
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Record":
        """The record of one line."""
        lists = {name: tuple(values.get(name, ())) for name in ("secrets", "dependencies")}
        by_property = {name: tuple(urns) for name, urns in values.get("property_dependencies", {}).items()}
        return cls(**{**values, **lists, "property_dependencies": by_property})


class StackState:
    """All records of a stack. Safe for several threads; every change is on disk before the call returns."""

    def __init__(self, path: Path, stack: str, *, persistent: bool = True) -> None:
        """Load `path`, or begin empty. `persistent=False` keeps every change in memory, for a preview."""
        self.stack = stack
        self.places: dict[str, str] = {}
        """Identity of the emulated account and of the control plane that the records live in."""
        self.outputs: Properties = {}
        self.secret_outputs: frozenset[str] = frozenset()
        self._path = path
        self._persistent = persistent
        self._lock = threading.RLock()
        self._current: dict[str, Record] = {}
        self._superseded: dict[int, Record] = {}
        self._lines: dict[int, tuple[Record, str]] = {}
        self._sequence = 0
        self._load()

    def _load(self) -> None:
        try:
            content = json.loads(self._path.read_text())
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise StateError(
                str(self._path), flat(str(error)), "restore it, or remove the sandbox"
            ) from error
        if content.get("version") != VERSION:
            fault = f"version {content.get('version')}, expected {VERSION}"
            raise StateError(str(self._path), fault, "remove the sandbox and make it anew")
        self._sequence = content["sequence"]
        self.places = content["places"]
        self.outputs = content["outputs"]
        self.secret_outputs = frozenset(content["secret_outputs"])
        for record in map(Record.from_json, content["records"]):
            self._keep(record)

    def _keep(self, record: Record) -> None:
        if record.status == "superseded":
            self._superseded[record.sequence] = record
        else:
            self._current[record.urn] = record

    def __iter__(self) -> Iterator[Record]:
        """Every record, superseded ones too, in the order of creation."""
        with self._lock:
            everything = [*self._current.values(), *self._superseded.values()]
        return iter(sorted(everything, key=lambda record: record.sequence))

    def current(self, urn: str) -> Record | None:
        """The record of the resource that has this URN now."""
        with self._lock:
            return self._current.get(urn)

    def next_sequence(self) -> int:
        """A number greater than any before."""
        with self._lock:
            self._sequence += 1
            return self._sequence

    def put(self, record: Record) -> None:
        """Remember a record in place of the one with the same URN."""
        with self._lock:
            self._keep(record)
            self.save()

    def supersede(self, old: Record, new: Record) -> None:
        """Put `new` in place of `old`, and remember that `old` is still to be deleted."""
        with self._lock:
            self._keep(dataclasses.replace(old, status="superseded"))
            self._keep(new)
            self.save()

    def remove(self, records: Iterable[Record]) -> None:
        """Forget records whose resources are gone."""
        with self._lock:
            for record in records:
                if record.status == "superseded":
                    self._superseded.pop(record.sequence, None)
                else:
                    self._current.pop(record.urn, None)
            self.save()

    def destroy(self) -> None:
        """Remove the file: the stack is no more."""
        self._path.unlink(missing_ok=True)

    def save(self) -> None:
        """Write the file: to a sibling first, then renamed over it, readable by its owner alone."""
        if not self._persistent:
            return
        with self._lock:
            # Only what changed is encoded again. An entry keeps its record alive, so an id stays its own.
            known = self._lines
            self._lines = {id(r): known.get(id(r)) or (r, r.to_json()) for r in self}
            header = {
                "version": VERSION,
                "stack": self.stack,
                "sequence": self._sequence,
                "places": self.places,
                "outputs": self.outputs,
                "secret_outputs": sorted(self.secret_outputs),
            }
            text = (
                json.dumps(header)[:-1]
                + ', "records": [\n'
                + ",\n".join(line for _, line in self._lines.values())
                + "\n]}\n"
            )
            self._path.parent.mkdir(parents=True, exist_ok=True)
            sibling = self._path.with_suffix(".json.new")
            sibling.unlink(missing_ok=True)
            sibling.touch(mode=0o600)
            sibling.write_text(text)
            sibling.replace(self._path)
