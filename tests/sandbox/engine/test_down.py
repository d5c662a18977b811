import json

from tests.sandbox.engine.conftest import FakeStack


def test_everything_goes_dependents_first_and_a_second_down_does_nothing(stack: FakeStack) -> None:
    stack.program('a = Thing("a")\nb = Thing("b", owner=a.id)\nThing("c", opts=Options(depends_on=[b]))')
    stack.run("up")
    stack.log()
    assert stack.run("down").changes == {"deleted": 3}
    assert stack.log() == ["delete c", "delete b", "delete a"]
    assert stack.run("down").changes == {}
    assert not (stack.root / "stacks" / "dev.json").exists()


def test_the_program_is_not_run(stack: FakeStack) -> None:
    stack.program('Thing("a")')
    stack.run("up")
    stack.program('raise RuntimeError("run")')
    assert stack.run("down").changes == {"deleted": 1}


def test_protected_resources_hold_everything_until_forced(stack: FakeStack) -> None:
    stack.program('Thing("a", opts=Options(protect=True))\nThing("b")')
    stack.run("up")
    answer = stack.run("down")
    assert answer.error == "a: protected; take protect off in the program and run up, or add --force"
    assert stack.things() == ["a", "b"]
    assert stack.run("down", "--force").changes == {"deleted": 2}


def test_a_component_that_comes_last_protects_everything_until_it_does_not(stack: FakeStack) -> None:
    program = """
    a = Thing("a")
    pulumi.ComponentResource("fake:index:Last", "last", None, Options(depends_on=[a], protect={}))
    """
    stack.program(program.format(True))
    stack.run("up")
    assert (stack.run("down").error or "").startswith("last: protected; take protect off in the program")
    assert stack.things() == ["a"]
    stack.program(program.format(False))
    assert stack.run("up").error is None
    assert stack.run("down").changes == {"deleted": 1}


def test_a_protected_resource_is_neither_replaced_nor_dropped(stack: FakeStack) -> None:
    stack.program('Thing("a", place="x", opts=Options(protect=True))')
    stack.run("up")
    stack.program('Thing("a", place="y", opts=Options(protect=True))')
    assert "protected, and place cannot change while it lives" in (stack.run("up").error or "")
    stack.program("")
    assert "protected, and gone from the program" in (stack.run("up").error or "")
    assert stack.things() == ["a"]


def test_what_is_gone_already_is_fine(stack: FakeStack) -> None:
    stack.program('Thing("a")\nThing("b")')
    stack.run("up")
    next(iter(stack.cloud.glob("a-*.json"))).unlink()
    assert stack.run("down").changes == {"deleted": 2}


def test_a_failure_keeps_what_it_needs_and_the_next_down_goes_on(stack: FakeStack) -> None:
    stack.program('a = Thing("a")\nThing("b", owner=a.id)\nThing("c")')
    stack.run("up")
    (stack.cloud / "stuck-b").touch()
    answer = stack.run("down")
    assert "fake:index:Thing b: b-" in (answer.error or "")
    assert "still in use; wait" in (answer.error or "")
    assert answer.changes == {"deleted": 1}
    assert stack.things() == ["a", "b"]
    (stack.cloud / "stuck-b").unlink()
    assert stack.run("down").changes == {"deleted": 2}


def test_a_retained_resource_is_forgotten_and_stays(stack: FakeStack) -> None:
    stack.program('Thing("a", opts=Options(retain_on_delete=True))\nThing("b")')
    stack.run("up")
    stack.run("down")
    assert stack.things() == ["a"]


def test_with_a_new_account_there_is_nothing_left_to_delete(stack: FakeStack) -> None:
    stack.program('Thing("a")')
    stack.run("up")
    (stack.root / "marker").unlink()
    assert stack.run("down").changes == {}
    assert stack.run("down").error is None


def test_a_control_plane_that_does_not_answer_is_not_taken_for_gone(stack: FakeStack) -> None:
    stack.program('Thing("a")')
    stack.run("up")
    path = stack.root / "stacks" / "dev.json"
    state = stack.state()
    pool = {"urn": "urn:pool", "type": "kubernetes:karpenter.sh/v1:NodePool", "name": "pool", "sequence": 9}
    path.write_text(json.dumps({**state, "records": [*state["records"], pool]}))
    answer = stack.run("down")
    assert answer.error == (
        "control-plane: does not answer, so its objects cannot be deleted; "
        "start the sandbox first, or add --forget-kubernetes if it is gone for good"
    )
    assert stack.things() == ["a"]
    assert stack.run("preview").events[0].endswith("its objects are taken to be as they were")
    assert stack.run("down", "--forget-kubernetes").changes == {"deleted": 1}
    assert stack.things() == []
