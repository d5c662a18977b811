"""Create, update and delete with a record of the intent before and of the result after."""

import dataclasses
import uuid

from sandbox.engine.errors import SandboxError
from sandbox.engine.handler import Handler
from sandbox.engine.registration import Registration
from sandbox.engine.registry import Registry
from sandbox.engine.state import Record, StackState
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class Operations:
    """What can be done to a resource; each leaves the state telling the truth, wherever it is killed."""

    def __init__(self, state: StackState, world: World, registry: Registry) -> None:
        """`registry` gives the handler of what is to be deleted."""
        self._state = state
        self._world = world
        self._registry = registry

    def create(self, request: Registration, handler: Handler, replaced: Record | None = None) -> Record:
        """Make a resource; `replaced` stays until the end of the run, when it is deleted."""
        sequence = self._state.next_sequence()
        intent = Record(
            urn=request.urn,
            type=request.type,
            name=request.name,
            physical_name=physical_name(request.name),
            inputs=request.inputs,
            sequence=sequence,
            status="creating",
        )
        intent = request.described(intent, handler)
        if replaced is None:
            self._state.put(intent)
        else:
            self._state.supersede(replaced, intent)
        id, outputs = handler.create(self._world, intent.physical_name, request.inputs)
        return self._done(intent, handler, id, outputs)

    def update(self, old: Record, request: Registration, handler: Handler) -> Record:
        """Turn a resource into what the program asks for now.

        After a killed update the resource may be either: the handler is then told the one that differs.
        """
        before = old.inputs if old.inputs != request.inputs else old.intended or old.inputs
        intent = dataclasses.replace(old, status="updating", intended=request.inputs)
        self._state.put(intent)
        outputs = handler.update(self._world, old.id, before, request.inputs)
        intent = dataclasses.replace(request.described(intent, handler), inputs=request.inputs)
        return self._done(intent, handler, old.id, outputs)

    def _done(self, intent: Record, handler: Handler, id: str, outputs: Properties) -> Record:
        surroundings = handler.surroundings(self._world)
        done = dataclasses.replace(
            intent, id=id, outputs=outputs, surroundings=surroundings, status="ready", intended=None
        )
        self._state.put(done)
        return done

    def exists(self, record: Record, handler: Handler) -> bool:
        """Whether the resource is still there, as far as its handler can tell."""
        try:
            return handler.read(self._world, record.id, record.inputs) is not None
        except NotImplementedError:
            return True

    def delete(self, record: Record) -> None:
        """Take a resource away, or what a killed creation left of it, and forget it."""
        handler = self._registry.find(record.type)
        if handler is not None and not record.retain:
            id: str | None = record.id
            if record.status == "creating":
                id = handler.find(self._world, record.physical_name, record.inputs)
            if id:
                handler.delete(self._world, id, record.inputs, record.outputs)
        elif handler is None and record.custom:
            raise SandboxError(record.type, "no handler any more", "restore it in sandbox/engine/handlers")
        self._state.remove([record])


def physical_name(name: str) -> str:
    """`name` with seven random hexadecimal digits, as Pulumi's providers name what the program does not."""
    return f"{name}-{uuid.uuid4().hex[:7]}"
