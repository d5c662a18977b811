from collections.abc import Iterable

import pytest

from sandbox.engine.events import Event
from sandbox.engine.policy_guard import Policies, Violation
from sandbox.engine.registration import Registered, Registration
from sandbox.engine.watch import StoppedError, Watch

THING = Registration("urn:pulumi:dev::things::fake:Thing::a", "fake:Thing", "a", inputs={"size": 1})
TOO_BIG = Violation("too-big", mandatory=True, message="size: too much", urn=THING.urn)
DULL = Violation("dull", mandatory=False, message="name: dull", urn=THING.urn)


class Asked:
    """A pack that answers always the same and remembers what it was asked."""

    def __init__(self, *violations: Violation) -> None:
        self.violations = violations
        self.log: list[str] = []

    def analyze(self, request: Registration) -> list[Violation]:
        self.log.append(request.name)
        return list(self.violations)

    def analyze_stack(self, made: Iterable[tuple[Registration, Registered]]) -> list[Violation]:
        self.log.append("the stack")
        return []


def run(policies: Policies, answer: Registered, *, preview: bool) -> list[str]:
    """One run of one resource; what it tells."""
    events: list[Event] = []
    guard = policies.guard(Watch(events.append), preview=preview)
    guard.check(THING)
    guard.made(THING, answer)
    guard.check_stack()
    return [f"{event.kind} {event.detail}" for event in events]


def test_what_a_rehearsal_found_good_is_not_asked_for_again() -> None:
    pack = Asked()
    policies = Policies(pack)
    assert run(policies, Registered("", {"size": 1}), preview=True) == []
    assert run(policies, Registered("", {"size": 1}), preview=False) == []
    assert pack.log == ["a", "the stack"]


def test_a_stack_that_came_out_otherwise_is_judged_again() -> None:
    pack = Asked()
    policies = Policies(pack)
    run(policies, Registered("", {"size": 1}), preview=True)
    run(policies, Registered("a-1", {"size": 1, "version": 1}), preview=False)
    assert pack.log == ["a", "the stack", "the stack"]


def test_a_warning_is_given_once() -> None:
    policies = Policies(Asked(DULL))
    assert run(policies, Registered("", {}), preview=True) == ["warned dull: name: dull"]
    assert run(policies, Registered("", {}), preview=False) == []


def test_a_violation_stops_a_run_in_earnest_at_once() -> None:
    with pytest.raises(StoppedError):
        run(Policies(Asked(TOO_BIG)), Registered("", {}), preview=False)


def test_a_preview_goes_on_to_its_end_and_fails_then() -> None:
    events: list[Event] = []
    watch = Watch(events.append)
    guard = Policies(Asked(TOO_BIG)).guard(watch, preview=True)
    guard.check(THING)
    assert watch.failure is None
    guard.check_stack()
    assert watch.failure == "policies: 1 violated; nothing was made; mend what the lines above name"
