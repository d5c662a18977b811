"""What a policy pack does to the runs of the engine; the pack is a process, as it is for Pulumi."""

import textwrap

import pytest

from sandbox.engine.console import line
from sandbox.engine.events import Event
from tests.sandbox.engine.conftest import FakeStack

PACK = """
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy
from pulumi_policy.proxy import UnknownValueError

depth = pulumi.Config("things").get("depth")

def too_big(args, report):
    if args.props.get("size", 0) > int(depth):
        report(f"size: {args.props['size']:.0f} is more than {depth}")

def unversioned(args, report):
    try:
        if args.props.get("place", "").startswith("1"):
            report("place: comes too late")
    except UnknownValueError:
        pass

def lonely(args, report):
    things = [each for each in args.resources if each.resource_type == "fake:index:Thing"]
    if len(things) == 1:
        report("things: there is only one", things[0].urn)

def dull(args, report):
    report("name: could be a better one")

PolicyPack("pack", [
    ResourceValidationPolicy("too-big", "Things are small.", too_big),
    ResourceValidationPolicy("unversioned", "Places come first.", unversioned),
    ResourceValidationPolicy("dull", "Names please.", dull, EnforcementLevel.ADVISORY),
    StackValidationPolicy("lonely", "Things have company.", lonely),
], enforcement_level=EnforcementLevel.MANDATORY)
"""


@pytest.fixture
def judged(stack: FakeStack) -> FakeStack:
    """A stack with policies."""
    pack(stack, PACK)
    return stack


def pack(stack: FakeStack, code: str) -> None:
    folder = stack.root / "policies"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "__main__.py").write_text(textwrap.dedent(code))


def test_nothing_is_made_of_a_program_that_violates_a_policy(judged: FakeStack) -> None:
    judged.program('Thing("a", size=1)\nThing("b", size=9)')
    answer = judged.run("up")
    assert answer.error == "policies: 1 violated; nothing was made; mend what the lines above name"
    assert "violated unchanged b too-big: size: 9 is more than 3" in answer.events
    assert answer.changes == {}
    assert judged.log() == []
    assert not (judged.root / "stacks" / "dev.json").exists()


def test_a_whole_stack_is_judged_before_any_of_it_is_made(judged: FakeStack) -> None:
    judged.program('Thing("a", size=1)')
    assert "violated unchanged a lonely: things: there is only one" in judged.run("up").events
    assert judged.log() == []


def test_what_is_known_too_late_stops_the_run_at_that_resource(judged: FakeStack) -> None:
    judged.program('a = Thing("a")\nThing("b", place=a.version.apply(str))')
    answer = judged.run("up")
    assert (answer.error or "").startswith("fake:index:Thing b: violates a mandatory policy")
    assert "violated unchanged b unversioned: place: comes too late" in answer.events
    assert judged.log() == ["create a"]


def test_an_advisory_policy_warns_once_and_stops_nothing(judged: FakeStack) -> None:
    judged.program('Thing("a")\nThing("b")')
    answer = judged.run("up")
    assert answer.error is None
    assert answer.changes == {"created": 2}
    assert answer.events.count("warned unchanged a dull: name: could be a better one") == 1


def test_violations_and_warnings_have_a_line_each() -> None:
    violated, warned = (Event(kind, "rule: size", type="t", name="a") for kind in ("violated", "warned"))
    assert (line(violated), line(warned)) == ("violated  t a: rule: size", "warned    t a: rule: size")


def test_a_second_up_under_policies_changes_nothing(judged: FakeStack) -> None:
    judged.program('a = Thing("a")\nThing("b", size=a.version)')
    judged.run("up")
    judged.log()
    assert judged.run("up").changes == {"unchanged": 2}
    assert judged.log() == []


def test_a_preview_shows_every_violation_and_what_would_be_done(judged: FakeStack) -> None:
    judged.program('Thing("a", size=8)\nThing("b", size=9)')
    answer = judged.run("preview")
    assert answer.error == "policies: 2 violated; nothing was made; mend what the lines above name"
    assert {"planned created a", "planned created b"} <= set(answer.events)
    assert sum(event.startswith("violated") for event in answer.events) == 2


def test_a_stack_goes_down_whatever_the_policies_say_of_it(stack: FakeStack) -> None:
    stack.program('Thing("a", size=9)\nThing("b")')
    stack.run("up")
    pack(stack, PACK)
    assert stack.run("down").changes == {"deleted": 2}


def test_a_pack_that_does_not_start_stops_everything_and_names_its_log(stack: FakeStack) -> None:
    pack(stack, "raise ValueError('no rules today')")
    stack.program('Thing("a")')
    error = stack.run("up").error
    assert error == (
        f"policy pack {stack.root / 'policies'}: did not start; see {stack.root / 'policies.log'}"
    )
    assert "no rules today" in (stack.root / "policies.log").read_text()
    assert stack.log() == []


def test_a_policy_that_fails_stops_everything(stack: FakeStack) -> None:
    pack(
        stack,
        """
        from pulumi_policy import PolicyPack, ResourceValidationPolicy
        PolicyPack("pack", [ResourceValidationPolicy("broken", "Never right.", lambda args, report: 1 / 0)])
        """,
    )
    stack.program('Thing("a")')
    assert stack.run("up").error == (
        f"policy pack {stack.root / 'policies'}: Exception calling application: division by zero; "
        f"see {stack.root / 'policies.log'}"
    )
    assert stack.log() == []
