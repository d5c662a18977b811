"""A cloud of JSON files for whole-engine tests: it outlasts the child processes, and fails on demand."""

import json
import os
import time
from pathlib import Path
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from sandbox.engine.errors import SandboxError
from sandbox.engine.handler import Handler
from sandbox.engine.registry import Registry
from sandbox.engine.values import Properties, reference
from sandbox.engine.world import World
from sandbox.paths import SandboxPaths


class Parameters:
    """SSM as far as the engine's marker needs it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_parameter(self, **asked: str) -> Any:
        if not self._path.exists():
            raise ClientError({"Error": {"Code": "ParameterNotFound", "Message": ""}}, "GetParameter")
        return {"Parameter": {"Value": self._path.read_text()}}

    def put_parameter(self, **asked: str) -> None:
        self._path.write_text(asked["Value"])


class FakeWorld(World):
    """The sandbox's directory, and a cloud in `cloud` below it."""

    def __init__(self, root: Path) -> None:
        super().__init__("us-west-2", SandboxPaths(root))
        self.cloud = root / "cloud"
        self.cloud.mkdir(parents=True, exist_ok=True)
        self.__dict__["ssm"] = Parameters(root / "marker")

    def log(self, operation: str, name: str) -> None:
        with (self.cloud / "log").open("a") as file:
            file.write(f"{operation} {name}\n")


class Thing(Handler):
    """`fake:index:Thing`: `size` can change, `place` cannot; two of the same `named` cannot exist at once."""

    replace_on = frozenset({"place", "owner"})
    identity: ClassVar[frozenset[str] | None] = frozenset({"named"})
    named_anew: ClassVar[frozenset[str]] = frozenset({"named"})
    changes_on_update = frozenset({"version"})
    secret_outputs = frozenset({"password"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        cloud = _cloud(world)
        id = inputs.get("named", name)
        if (cloud / f"{id}.json").exists():
            raise SandboxError(id, "exists already", "choose another name")
        if "meet" in inputs:
            self._meet(cloud, id, inputs["meet"])
        outputs = {**inputs, "version": 1, "password": f"secret of {id}"}
        (cloud / f"{id}.json").write_text(json.dumps(outputs))
        _log(world, "create", id)
        if (cloud / f"kill-{_logical(id)}").exists():
            (cloud / f"kill-{_logical(id)}").unlink()
            os._exit(9)
        if (cloud / f"fail-{_logical(id)}").exists():
            raise ClientError({"Error": {"Code": "Sulking", "Message": "Not today."}}, "CreateThing")
        return id, outputs

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        path = _cloud(world) / f"{id}.json"
        outputs = {**json.loads(path.read_text()), **new_inputs}
        outputs["version"] += 1
        path.write_text(json.dumps(outputs))
        _log(world, f"update {old_inputs.get('size')}->{new_inputs.get('size')}", id)
        if (_cloud(world) / f"kill-{_logical(id)}").exists():
            (_cloud(world) / f"kill-{_logical(id)}").unlink()
            os._exit(9)
        return outputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        if (_cloud(world) / f"stuck-{_logical(id)}").exists():
            raise SandboxError(id, "still in use", "wait")
        (_cloud(world) / f"{id}.json").unlink(missing_ok=True)
        _log(world, "delete", id)

    def surroundings(self, world: World) -> Properties:
        weather = _cloud(world) / "weather"
        return {"weather": weather.read_text()} if weather.exists() else {}

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        id = inputs.get("named", name)
        return id if (_cloud(world) / f"{id}.json").exists() else None

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        path = _cloud(world) / f"{id}.json"
        outputs: Properties | None = json.loads(path.read_text()) if path.exists() else None
        return outputs

    def _meet(self, cloud: Path, id: str, number: int) -> None:
        """Return once `number` creations are in here at the same time: they have to run side by side."""
        (cloud / f"{id}.here").touch()
        deadline = time.monotonic() + 10
        while len(list(cloud.glob("*.here"))) < number:
            if time.monotonic() > deadline:
                raise SandboxError(id, "is alone", "create things side by side")
            time.sleep(0.01)


class Component(Thing):
    """`fake:index:Remote`: a component made by a provider, with a resource among its outputs."""

    identity: ClassVar[frozenset[str] | None] = frozenset()

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        id, outputs = super().create(world, name, inputs)
        return id, {**outputs, "core": reference("fake:index:Thing", f"{id}-core", id, {"size": 7})}


def registry() -> Registry:
    exact = {"fake:index:Thing": Thing(), "fake:index:Remote": Component()}
    return Registry(exact, {})


def _cloud(world: World) -> Path:
    assert isinstance(world, FakeWorld)
    return world.cloud


def _log(world: World, operation: str, id: str) -> None:
    assert isinstance(world, FakeWorld)
    world.log(operation, _logical(id))


def _logical(id: str) -> str:
    """The name in the program: without the digits that tell one creation from another."""
    head, dash, tail = id.rpartition("-")
    return head if dash and len(tail) == 7 else id
