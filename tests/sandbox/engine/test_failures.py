import json

from sandbox.engine.lock import locked
from tests.sandbox.engine.conftest import FakeStack


def test_a_failure_is_one_line_and_the_next_up_goes_on_from_there(stack: FakeStack) -> None:
    stack.program('a = Thing("a")\nb = Thing("b", owner=a.id)\nThing("c", owner=b.id)')
    (stack.cloud / "fail-b").touch()
    answer = stack.run("up")
    assert answer.error == (
        "fake:index:Thing b: CreateThing: Sulking: Not today; what was made is kept: mend it, then run again"
    )
    assert answer.changes == {"created": 1}
    assert stack.log() == ["create a", "create b"]
    (stack.cloud / "fail-b").unlink()
    assert stack.run("up").changes == {"created": 2, "unchanged": 1}
    assert stack.log() == ["delete b", "create b", "create c"]
    assert stack.things() == ["a", "b", "c"]


def test_nothing_is_deleted_after_a_failure(stack: FakeStack) -> None:
    stack.program('Thing("old")')
    stack.run("up")
    stack.program('Thing("new")')
    (stack.cloud / "fail-new").touch()
    assert stack.run("up").error is not None
    assert "old" in stack.things()


def test_a_run_killed_while_creating_leaves_no_double(stack: FakeStack) -> None:
    stack.program('a = Thing("a")\nThing("b", owner=a.id)')
    (stack.cloud / "kill-b").touch()
    assert stack.start("up") == 9
    assert stack.things() == ["a", "b"]
    assert [record["status"] for record in stack.state()["records"]] == ["ready", "creating"]
    assert stack.run("up").changes == {"created": 1, "unchanged": 1}
    assert stack.things() == ["a", "b"]


def test_what_a_killed_run_left_goes_if_the_program_drops_it(stack: FakeStack) -> None:
    stack.program('Thing("a")\nThing("b", owner="x")')
    (stack.cloud / "kill-b").touch()
    stack.start("up")
    stack.program('Thing("a")')
    stack.run("up")
    assert stack.things() == ["a"]


def test_down_removes_what_a_killed_run_left(stack: FakeStack) -> None:
    stack.program('a = Thing("a")\nThing("b", owner=a.id)')
    (stack.cloud / "kill-b").touch()
    stack.start("up")
    stack.run("down")
    assert stack.things() == []


def test_a_killed_update_is_done_again(stack: FakeStack) -> None:
    stack.program('Thing("a", size=1)')
    stack.run("up")
    stack.program('Thing("a", size=2)')
    (stack.cloud / "kill-a").touch()
    assert stack.start("up") == 9
    stack.log()
    assert stack.run("up").changes == {"updated": 1}
    assert stack.log() == ["update 1->2 a"]


def test_a_killed_update_is_undone_if_the_program_wants_the_old_value_again(stack: FakeStack) -> None:
    stack.program('Thing("a", size=1)')
    stack.run("up")
    stack.program('Thing("a", size=2)')
    (stack.cloud / "kill-a").touch()
    stack.start("up")
    stack.log()
    stack.program('Thing("a", size=1)')
    assert stack.run("up").changes == {"updated": 1}
    assert stack.log() == ["update 2->1 a"]


def test_a_kill_between_replacement_and_deletion_still_deletes_the_old_one(stack: FakeStack) -> None:
    stack.program('a = Thing("a", place="x")')
    stack.run("up")
    stack.program('a = Thing("a", place="y")\nThing("b", owner=a.id)')
    (stack.cloud / "kill-b").touch()
    stack.start("up")
    assert stack.things() == ["a", "a", "b"]
    stack.run("up")
    assert stack.things() == ["a", "b"]


def test_errors_of_the_program_are_told_with_their_place(stack: FakeStack) -> None:
    stack.program('Thing("a")\nraise KeyError("zones")')
    answer = stack.run("up")
    assert answer.error is not None
    assert answer.error.startswith("__main__.py:")
    assert "KeyError: 'zones'" in answer.error


def test_a_users_mistake_is_told_as_the_program_words_it(stack: FakeStack) -> None:
    stack.program('raise pulumi.RunError("cluster.name: missing; set it")')
    assert stack.run("up").error == "cluster.name: missing; set it"


def test_a_failure_inside_an_apply_stops_the_run(stack: FakeStack) -> None:
    stack.program('a = Thing("a", size=1)\npulumi.export("x", a.size.apply(lambda size: size["no"]))')
    answer = stack.run("up")
    assert "TypeError" in (answer.error or "")
    assert "x" not in json.dumps(answer.outputs)


def test_an_unsupported_type_names_the_file_to_extend(stack: FakeStack) -> None:
    stack.program("""
    class Odd(pulumi.CustomResource):
        def __init__(self, name): super().__init__("aws:s3/bucket:Bucket", name, {})
    Odd("o")
    """)
    assert stack.run("up").error == (
        "aws:s3/bucket:Bucket o: aws:s3/bucket:Bucket: the sandbox cannot make this type of resource; "
        "write one in sandbox/engine/handlers and name it in sandbox/engine/handlers/__init__.py"
    )
    assert "the sandbox cannot make this type" in (stack.run("preview").error or "")


def test_an_unknown_function_names_the_file_to_extend(stack: FakeStack) -> None:
    stack.program('pulumi.runtime.invoke("aws:ec2/getAmi:getAmi", {})')
    assert "sandbox/engine/functions" in (stack.run("up").error or "")


def test_transforms_are_refused_rather_than_left_out(stack: FakeStack) -> None:
    stack.program('pulumi.runtime.register_resource_transform(lambda args: None)\nThing("a")')
    assert "runs no transforms" in (stack.run("up").error or "")


def test_one_name_twice_is_refused(stack: FakeStack) -> None:
    stack.program('Thing("a")\nThing("a")')
    assert "registered twice" in (stack.run("up").error or "")


def test_a_resource_that_is_not_there_cannot_be_looked_up(stack: FakeStack) -> None:
    stack.program('Thing("x", opts=Options(id="theirs"))')
    assert stack.run("up").error == (
        "fake:index:Thing x: no such resource: theirs; give the id of one that exists"
    )


def test_an_import_is_refused(stack: FakeStack) -> None:
    stack.program('Thing("x", opts=Options(import_="theirs"))')
    assert stack.run("up").error == "x: cannot be imported here; leave `import_` to real stacks"


def test_two_runs_at_once_are_refused(stack: FakeStack) -> None:
    with locked(stack.root / "stacks" / "dev.lock", "dev"):
        assert "another run" in (stack.run("up").error or "")
