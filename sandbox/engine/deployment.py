"""One run of the program, resource by resource: what is asked for is compared with what is there, and made
so."""

import dataclasses
from collections import Counter
from threading import Lock

from sandbox.engine.deletion import Deletion, replaced_with
from sandbox.engine.errors import SandboxError, one_line
from sandbox.engine.events import Listener
from sandbox.engine.handler import Handler
from sandbox.engine.operations import Operations
from sandbox.engine.plan import Action, Decision, decide, describe, expected_outputs, with_ignored
from sandbox.engine.policy_guard import Guard, Policies
from sandbox.engine.registration import Registered, Registration
from sandbox.engine.registry import Registry
from sandbox.engine.state import Record, StackState
from sandbox.engine.values import Properties
from sandbox.engine.watch import StoppedError, Watch
from sandbox.engine.world import World


class Deployment:
    """Answers registrations, from several threads at once, until one fails."""

    def __init__(
        self,
        state: StackState,
        world: World,
        registry: Registry,
        listener: Listener,
        *,
        preview: bool = False,
        refresh: bool = False,
        policies: Policies | None = None,
    ) -> None:
        """`refresh` looks for every resource before its record is believed; a preview touches nothing.

        `policies` say of each resource whether it may be made.
        """
        self._state = state
        self._world = world
        self._registry = registry
        self._preview = preview
        self._refresh = refresh
        self._operations = Operations(state, world, registry)
        self._lock = Lock()
        self._registered: set[str] = set()
        self._replaced_too: set[str] = set()
        """URNs of what had to go because something it is part of was deleted before its replacement."""
        self.watch = Watch(listener, total=sum(1 for record in state if registry.find(record.type)))
        self._guard = policies.guard(self.watch, preview=preview) if policies else Guard()

    @property
    def failure(self) -> str | None:
        """The first thing that went wrong, as one line."""
        return self.watch.failure

    @property
    def counts(self) -> Counter[Action]:
        """Resources by what happened to them."""
        return self.watch.counts

    def stop(self, reason: str) -> None:
        """Make nothing more; what is being made is finished."""
        self.watch.fail(reason)

    def register(self, request: Registration) -> Registered:
        """Make it so. Raises StoppedError after a failure, its own or another resource's."""
        if self.failure is not None:
            raise StoppedError
        try:
            self._note_registered(request)
            if request.custom or request.remote:
                answer = self._resource(request, self._registry.get(request.type))
            else:
                answer = self._component(request)
            self._guard.made(request, answer)
        except StoppedError:
            raise
        except Exception as error:
            self.watch.failed(request.type, request.name, one_line(error))
            raise StoppedError from error
        return answer

    def check_stack(self) -> None:
        """Ask the policies about all resources together, once the program has registered them."""
        self._guard.check_stack()

    def _note_registered(self, request: Registration) -> None:
        with self._lock:
            if request.urn in self._registered:
                raise SandboxError(request.urn, "registered twice", "give each resource a name of its own")
            self._registered.add(request.urn)

    def _component(self, request: Registration) -> Registered:
        self._guard.check(request)
        old = self._state.current(request.urn)
        record = old or Record(request.urn, request.type, request.name, sequence=self._state.next_sequence())
        record = request.described(record, None)
        if record != old:
            self._state.put(record)
        return Registered("", {})

    def _resource(self, request: Registration, handler: Handler) -> Registered:
        old = self._present(request.urn, handler)
        if old is not None:
            inputs = with_ignored(old.inputs, request.inputs, request.ignore_changes)
            request = dataclasses.replace(request, inputs=inputs)
        self._guard.check(request)
        decision = self._decide(old, request, handler)
        if old is not None and decision.action is Action.REPLACE and old.protect:
            fault = f"protected, and {', '.join(decision.forces_replacement)} cannot change while it lives"
            raise SandboxError("replacement", fault, "restore the old value, or take protect off first")
        action = self._named(decision.action, request.urn)
        if self._preview:
            why = decision.forces_replacement or decision.changed
            details = ", ".join(describe(path, request.inputs) for path in why)
            self.watch.planned(action, request.type, request.name, details)
            return self._expected(old, decision, request, handler)
        if old is not None and decision.action is Action.SAME:
            record = request.described(old, handler)
            if record != old:
                self._state.put(record)
            self.watch.unchanged(request.type, request.name)
        else:
            why = decision.forces_replacement or decision.changed
            with self.watch.working(action, request.type, request.name, ", ".join(why)):
                record = self._perform(old, decision, request, handler)
        return _answer(record)

    def _present(self, urn: str, handler: Handler) -> Record | None:
        """The record of a resource that exists; what a killed creation left is removed first."""
        old = self._state.current(urn)
        if old is None:
            return None
        if old.status == "creating":
            if not self._preview:
                self._operations.delete(old)
            return None
        if self._refresh and not self._operations.exists(old, handler):
            self._state.remove([old])
            return None
        return old

    def _decide(self, old: Record | None, request: Registration, handler: Handler) -> Decision:
        if old is None or old.urn in self._replaced_too:
            return Decision(Action.CREATE)
        decision = decide(old.inputs, request.inputs, request.rules(handler))
        if decision.action is not Action.SAME:
            return decision
        if old.status == "updating":
            return Decision(Action.UPDATE)
        if old.surroundings != handler.surroundings(self._world):
            return Decision(Action.UPDATE, ("its surroundings",))
        return decision

    def _named(self, action: Action, urn: str) -> Action:
        """What the summary calls it: making again what had to go with another resource is a replacement."""
        return Action.REPLACE if urn in self._replaced_too else action

    def _perform(
        self, old: Record | None, decision: Decision, request: Registration, handler: Handler
    ) -> Record:
        if old is None or decision.action is Action.CREATE:
            return self._operations.create(request, handler)
        if decision.action is Action.UPDATE:
            return self._operations.update(old, request, handler)
        if not decision.delete_first:
            return self._operations.create(request, handler, replaced=old)
        self._delete_first(old)
        return self._operations.create(request, handler)

    def _delete_first(self, old: Record) -> None:
        """Delete a resource before its replacement is made, and before it whatever cannot outlive it."""
        doomed = replaced_with(old, list(self._state), self._registry)
        self._replaced_too.update(record.urn for record in doomed if record.urn != old.urn)
        for record in doomed:
            if record.protect:
                raise SandboxError(
                    record.name, f"protected, and part of {old.name}", "take protect off first"
                )
        for record in sorted(doomed, key=lambda record: -record.sequence):
            self._operations.delete(record)

    def _expected(
        self, old: Record | None, decision: Decision, request: Registration, handler: Handler
    ) -> Registered:
        """The answer of a preview: what is there for what stays, else the inputs and unknowns."""
        secrets = frozenset(request.secrets(handler))
        if old is None or decision.action in (Action.CREATE, Action.REPLACE):
            if old is not None and decision.delete_first:
                doomed = replaced_with(old, list(self._state), self._registry)
                self._replaced_too.update(record.urn for record in doomed if record.urn != old.urn)
            return Registered("", {} if request.remote else request.inputs, secrets)
        outputs: Properties = old.outputs
        if decision.action is Action.UPDATE:
            inputs = {} if request.remote else request.inputs
            outputs = expected_outputs(old.inputs, old.outputs, inputs, handler.changes_on_update)
        return Registered(old.id, outputs, secrets)

    def delete_obsolete(self) -> None:
        """Delete what the program no longer registers, and what was replaced, dependents first."""
        obsolete = [r for r in self._state if r.status == "superseded" or r.urn not in self._registered]
        for record in obsolete:
            if record.protect and record.status != "superseded":
                self.watch.failed(
                    record.type, record.name, "protected, and gone from the program; restore it there"
                )
        if self.failure is not None:
            return
        if self._preview:
            for record in obsolete:
                if record.status != "superseded" and self._shown(record):
                    self.watch.planned(Action.DELETE, record.type, record.name, "")
            return
        Deletion(self._operations.delete, self.watch, self._shown).run(obsolete)

    def _shown(self, record: Record) -> bool:
        return self._registry.find(record.type) is not None


def _answer(record: Record) -> Registered:
    return Registered(record.id, record.outputs, frozenset(record.secrets))
