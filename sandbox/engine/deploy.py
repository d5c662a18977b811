"""The three runs: up makes the stack what the program says, preview tells what up would do, down undoes."""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.engine.deletion import Deletion
from sandbox.engine.deployment import Deployment
from sandbox.engine.errors import AGAIN, SandboxError, UnreachableError, flat, one_line
from sandbox.engine.events import Event, Listener
from sandbox.engine.lock import locked
from sandbox.engine.lookups import Function, Lookups
from sandbox.engine.operations import Operations
from sandbox.engine.places import KUBERNETES, forget_what_is_gone, note_control_plane
from sandbox.engine.plan import Action
from sandbox.engine.policy_guard import Policies
from sandbox.engine.registry import Registry
from sandbox.engine.stack_files import StackFiles
from sandbox.engine.state import Record, StackState
from sandbox.engine.values import Properties
from sandbox.engine.watch import Watch
from sandbox.engine.world import World

LOG = logging.getLogger("sandbox.engine")


@dataclass
class Outcome:
    """How a run ended."""

    counts: Counter[Action] = field(default_factory=Counter)
    outputs: Properties = field(default_factory=dict)
    secret_outputs: frozenset[str] = frozenset()
    seconds: float = 0.0
    error: str | None = None
    """One line; None where all went well."""


@dataclass(frozen=True)
class Engine:
    """What every run needs: the program's files, where resources are made, and by what."""

    program: Path
    files: StackFiles
    world: World
    registry: Registry
    functions: Mapping[str, Function]
    listener: Listener
    policies: Policies | None = None
    """What an `up` and a `preview` are held against."""

    def up(self, *, refresh: bool = False) -> Outcome:
        """Run the program, make what it registers, then delete what is gone from it.

        `refresh` looks for every resource before believing its record. A failure keeps what was made. Where
        there are policies the program is rehearsed first, and nothing is made of one that violates them.
        """
        rehearsal = self._run(self._rehearse, persistent=False) if self.policies else Outcome()
        if rehearsal.error is not None:
            return Outcome(error=rehearsal.error, seconds=rehearsal.seconds)
        outcome = self._run(lambda state, outcome: self._up(state, outcome, refresh), persistent=True)
        outcome.seconds += rehearsal.seconds
        return outcome

    def preview(self) -> Outcome:
        """Run the program and tell what `up` would do. Nothing is made, changed, deleted or written."""
        return self._run(self._preview, persistent=False)

    def down(self, *, force: bool = False, forget_kubernetes: bool = False) -> Outcome:
        """Delete everything, dependents first. The program is not run.

        `force` deletes protected resources too. `forget_kubernetes` is for a control plane that is gone for
        good: its objects are forgotten instead of deleted.
        """
        return self._run(
            lambda state, outcome: self._down(state, outcome, force, forget_kubernetes), persistent=True
        )

    def _run(self, work: Callable[[StackState, Outcome], None], *, persistent: bool) -> Outcome:
        """Around every run: the lock, the state, the time, and whatever goes wrong as one line."""
        begin = time.monotonic()
        outcome = Outcome()
        stack, files = self.files.stack, self.world.paths.stacks
        try:
            with locked(files / f"{stack}.lock", stack):
                work(StackState(files / f"{stack}.json", stack, persistent=persistent), outcome)
        except Exception as error:
            LOG.debug("%s", traceback.format_exc())
            outcome.error = outcome.error or one_line(error)
        outcome.seconds = time.monotonic() - begin
        return outcome

    def _up(self, state: StackState, outcome: Outcome, refresh: bool) -> None:
        deployment = self._deployment(state, self.listener, preview=False, refresh=refresh)
        for note in forget_what_is_gone(state, self.world, mark=True):
            deployment.watch.note(note)
        self._run_program(deployment, state, outcome, preview=False)
        note_control_plane(state, self.world)

    def _rehearse(self, state: StackState, outcome: Outcome) -> None:
        """A preview that tells of nothing but violations, and of what would have kept it from its end."""

        def told(event: Event) -> None:
            if event.kind in ("failed", "violated", "warned"):
                self.listener(event)

        deployment = self._deployment(state, told, preview=True, refresh=False)
        self._run_program(deployment, state, outcome, preview=True)

    def _preview(self, state: StackState, outcome: Outcome) -> None:
        deployment = self._deployment(state, self.listener, preview=True, refresh=False)
        try:
            notes = forget_what_is_gone(state, self.world, mark=False)
        except UnreachableError:
            notes = ["the control plane does not answer: its objects are taken to be as they were"]
        for note in notes:
            deployment.watch.note(note)
        self._run_program(deployment, state, outcome, preview=True)

    def _down(self, state: StackState, outcome: Outcome, force: bool, forget_kubernetes: bool) -> None:
        if forget_kubernetes:
            state.remove([record for record in state if record.type.startswith(KUBERNETES)])
        watch = Watch(self.listener, sum(1 for record in state if self._is_made(record)))
        outcome.counts = watch.counts
        try:
            notes = forget_what_is_gone(state, self.world, mark=False)
        except UnreachableError as error:
            fault = "does not answer, so its objects cannot be deleted"
            remedy = "start the sandbox first, or add --forget-kubernetes if it is gone for good"
            raise SandboxError("control-plane", fault, remedy) from error
        for note in notes:
            watch.note(note)
        protected = [] if force else [record.name for record in state if record.protect]
        if protected:
            remedy = "take protect off in the program and run up, or add --force"
            raise SandboxError(", ".join(protected), "protected", remedy)
        delete = Operations(state, self.world, self.registry).delete
        Deletion(delete, watch, self._is_made).run(list(state))
        outcome.error = watch.failure
        if watch.failure is None:
            state.destroy()

    def _is_made(self, record: Record) -> bool:
        """Whether a handler made it; components are in the program only."""
        return self.registry.find(record.type) is not None

    def _deployment(
        self, state: StackState, listener: Listener, *, preview: bool, refresh: bool
    ) -> Deployment:
        return Deployment(
            state,
            self.world,
            self.registry,
            listener,
            preview=preview,
            refresh=refresh,
            policies=self.policies,
        )

    def _run_program(
        self, deployment: Deployment, state: StackState, outcome: Outcome, *, preview: bool
    ) -> None:
        from sandbox.engine import program  # imports Pulumi, which a `down` can do without

        outcome.counts = deployment.counts
        lookups = Lookups(self.world, self.registry, self.functions, deployment.watch, self.files.project)
        try:
            monitor = program.run(self.program, self.files, deployment, lookups, preview=preview)
            if deployment.failure is None:
                deployment.check_stack()
        except Exception as error:
            LOG.debug("%s", traceback.format_exc())
            # After a failed resource the program sees unknown values; what it makes of them is no news.
            deployment.watch.fail(self._blame(error))
        if deployment.failure is None:
            outcome.outputs, outcome.secret_outputs = monitor.outputs, monitor.secret_outputs
            state.outputs, state.secret_outputs = monitor.outputs, monitor.secret_outputs
            deployment.delete_obsolete()
        outcome.error = deployment.failure
        state.save()

    def _blame(self, error: Exception) -> str:
        """An exception of the program for the user: RunError as it is written, others with their place."""
        if isinstance(error, SandboxError) or type(error).__name__ == "RunError":
            return str(error)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(self.program)]
        place = (
            f"{Path(own[-1].filename).relative_to(self.program)}:{own[-1].lineno}" if own else "the program"
        )
        return f"{place}: {type(error).__name__}: {flat(str(error))}; {AGAIN}"
