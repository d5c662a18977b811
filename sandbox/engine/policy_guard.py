"""Between a run and the policies: what they are asked, and what a violation does.

In a preview all violations are gathered; in earnest the first mandatory one stops the run before its resource
is made. An `up` rehearses as a preview first, so that nothing is made of a stack that is known to violate
something; what was found good then is not asked for again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from sandbox.engine.errors import SandboxError
from sandbox.engine.registration import STACK, Registered, Registration, name_of, type_of
from sandbox.engine.watch import StoppedError, Watch


@dataclass(frozen=True)
class Violation:
    """What a policy says against a resource, or against the stack as a whole where `urn` is empty."""

    policy: str
    mandatory: bool
    message: str
    urn: str

    @property
    def type(self) -> str:
        """Type of the resource."""
        return type_of(self.urn) if self.urn else STACK

    @property
    def name(self) -> str:
        """Name of the resource in the program."""
        return name_of(self.urn) or "stack"


Made = dict[str, tuple[Registration, Registered]]
"""Resources by URN: as they were registered, and what came of them."""


class Pack(Protocol):
    """Who knows the rules: a `PolicyPack`."""

    def analyze(self, request: Registration) -> list[Violation]:
        """What is wrong with one resource."""
        ...

    def analyze_stack(self, made: Iterable[tuple[Registration, Registered]]) -> list[Violation]:
        """What is wrong with all of them together."""
        ...


class Guard:
    """Lets everything pass: there are no policies."""

    def check(self, request: Registration) -> None:
        """Called before a resource is made or changed. Raises StoppedError for one that must not be."""

    def made(self, request: Registration, answer: Registered) -> None:
        """Called when it is made, or when a preview has said what would come of it."""

    def check_stack(self) -> None:
        """Called when the program has come to its end."""


class Policies:
    """The policies of a rehearsal and of the run after it."""

    def __init__(self, pack: Pack) -> None:
        """`pack` is asked as little as possible."""
        self.pack = pack
        self.good: set[tuple[str, str]] = set()
        """URN and inputs of resources that no mandatory policy is violated by."""
        self.good_stack: Made | None = None
        """All resources together, likewise."""
        self.told: set[Violation] = set()
        """Violations that the user has been shown."""

    def guard(self, watch: Watch, *, preview: bool) -> Guard:
        """A guard for one run, which tells `watch` of violations."""
        return _PolicyGuard(self, watch, preview=preview)


class _PolicyGuard(Guard):
    """Safe for several threads."""

    def __init__(self, policies: Policies, watch: Watch, *, preview: bool) -> None:
        self._policies = policies
        self._watch = watch
        self._preview = preview
        self._lock = Lock()
        self._made: Made = {}
        self._violations = 0

    def check(self, request: Registration) -> None:
        question = request.urn, json.dumps(request.inputs, sort_keys=True)
        if question in self._policies.good:
            return
        try:
            mandatory = self._tell(self._policies.pack.analyze(request))
        except SandboxError as error:  # of the pack, not of the resource
            self._watch.fail(str(error))
            raise StoppedError from error
        if not mandatory:
            self._policies.good.add(question)
        elif not self._preview:
            fault = "violates a mandatory policy; it was left as it was; mend what the lines above name"
            self._watch.fail(f"{request.type} {request.name}: {fault}")
            raise StoppedError

    def made(self, request: Registration, answer: Registered) -> None:
        with self._lock:
            self._made[request.urn] = request, answer

    def check_stack(self) -> None:
        if self._made == self._policies.good_stack:
            return
        self._tell(self._policies.pack.analyze_stack(self._made.values()))
        if self._violations:
            found = f"{self._violations} violated"
            done = "nothing was made" if self._preview else "what was made is kept"
            self._watch.fail(f"policies: {found}; {done}; mend what the lines above name")
        else:
            self._policies.good_stack = self._made

    def _tell(self, violations: list[Violation]) -> int:
        """Show what was not shown yet; how many violations are of mandatory policies."""
        for violation in violations:
            with self._lock:
                is_new = violation not in self._policies.told
                self._policies.told.add(violation)
            if is_new:
                text = f"{violation.policy}: {violation.message}"
                self._watch.violated(violation.type, violation.name, text, mandatory=violation.mandatory)
        mandatory = sum(violation.mandatory for violation in violations)
        with self._lock:
            self._violations += mandatory
        return mandatory
