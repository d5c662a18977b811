from pathlib import Path

from tests.sandbox.engine.conftest import FakeStack

THREE = """
    base = Thing("base", size=1)
    top = Thing("top", size=2, owner=base.id)
    other = Thing("other", size=3)
    pulumi.export("size", top.size)
    pulumi.export("password", top.password)
"""


def test_everything_is_created_after_what_it_needs(stack: FakeStack) -> None:
    stack.program(THREE)
    answer = stack.run("up")
    assert answer.changes == {"created": 3}
    assert stack.things() == ["base", "other", "top"]
    log = stack.log()
    assert log.index("create base") < log.index("create top")


def test_a_second_up_changes_nothing(stack: FakeStack) -> None:
    stack.program(THREE)
    stack.run("up")
    stack.log()
    answer = stack.run("up")
    assert answer.changes == {"unchanged": 3}
    assert stack.log() == []


def test_outputs_reach_the_program_and_the_state_and_secrets_are_marked(stack: FakeStack) -> None:
    stack.program(THREE)
    answer = stack.run("up")
    assert answer.outputs["size"] == 2
    assert answer.outputs["password"].startswith("secret of top")
    assert answer.secrets == ["password"]
    assert stack.state()["secret_outputs"] == ["password"]


def test_a_changed_input_updates_and_its_outputs_travel_on(stack: FakeStack) -> None:
    stack.program('a = Thing("a", size=1)\nThing("b", size=a.version)')
    stack.run("up")
    stack.program('a = Thing("a", size=5)\nThing("b", size=a.version)')
    assert stack.run("up").changes == {"updated": 2}
    assert stack.log()[2:] == ["update 1->5 a", "update 1->2 b"]


def test_what_is_gone_from_the_program_is_deleted_dependents_first(stack: FakeStack) -> None:
    stack.program(THREE)
    stack.run("up")
    stack.log()
    stack.program('Thing("other", size=3)')
    assert stack.run("up").changes == {"deleted": 2, "unchanged": 1}
    assert stack.log() == ["delete top", "delete base"]


def test_a_replacement_is_made_before_the_old_one_goes(stack: FakeStack) -> None:
    stack.program('a = Thing("a", place="x")\nThing("b", size=1, owner=a.id)')
    stack.run("up")
    stack.log()
    stack.program('a = Thing("a", place="y")\nThing("b", size=1, owner=a.id)')
    assert stack.run("up").changes == {"replaced": 2}
    assert stack.log() == ["create a", "create b", "delete b", "delete a"]
    assert len(stack.state()["records"]) == 2


def test_a_named_one_goes_before_its_replacement_and_takes_along_what_is_part_of_it(stack: FakeStack) -> None:
    stack.program(
        'a = Thing("a", place="x", named="fixed")\nThing("b", size=1, owner=a.id)\nThing("c", size=a.id)'
    )
    stack.run("up")
    stack.log()
    stack.program(
        'a = Thing("a", place="y", named="fixed")\nThing("b", size=1, owner=a.id)\nThing("c", size=a.id)'
    )
    assert stack.run("up").changes == {"replaced": 2, "unchanged": 1}
    assert stack.log() == ["delete b", "delete fixed", "create fixed", "create b"]


def test_the_program_may_ask_for_the_old_one_to_go_first(stack: FakeStack) -> None:
    stack.program('Thing("a", place="x")')
    stack.run("up")
    stack.log()
    stack.program('Thing("a", place="y", opts=Options(delete_before_replace=True))')
    assert stack.run("up").changes == {"replaced": 1}
    assert stack.log() == ["delete a", "create a"]


def test_ignored_changes_are_left_alone(stack: FakeStack) -> None:
    stack.program('Thing("a", size=1, place="x")')
    stack.run("up")
    stack.program('Thing("a", size=2, place="y", opts=Options(ignore_changes=["size", "place"]))')
    assert stack.run("up").changes == {"unchanged": 1}


def test_a_property_may_be_declared_to_force_a_replacement(stack: FakeStack) -> None:
    stack.program('Thing("a", size=1)')
    stack.run("up")
    stack.program('Thing("a", size=2, opts=Options(replace_on_changes=["size"]))')
    assert stack.run("up").changes == {"replaced": 1}


def test_resources_are_created_side_by_side(stack: FakeStack) -> None:
    stack.program('[Thing(f"t{number}", meet=8) for number in range(8)]')
    assert stack.run("up").changes == {"created": 8}


def test_a_component_groups_its_children_and_is_kept_in_the_state(stack: FakeStack) -> None:
    stack.program("""
    class Group(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("fake:index:Group", name)
            self.inner = Thing(f"{name}-inner", size=1, opts=Options(parent=self))
            self.register_outputs({})
    group = Group("g")
    Thing("after", size=2, opts=Options(depends_on=[group]))
    """)
    assert stack.run("up").changes == {"created": 2}
    assert stack.log() == ["create g-inner", "create after"]
    records = {record["name"]: record for record in stack.state()["records"]}
    assert records["g-inner"]["urn"] == "urn:pulumi:dev::things::fake:index:Group$fake:index:Thing::g-inner"
    assert records["after"]["dependencies"] == [records["g-inner"]["urn"]]
    assert records["g"]["custom"] is False


def test_a_resource_that_a_component_returns_can_be_used(stack: FakeStack) -> None:
    stack.program("""
    class Module:
        def version(self): return None
        def construct(self, name, typ, urn): return Thing(name, opts=Options(urn=urn))
    pulumi.runtime.register_resource_module("fake", "index", Module())
    remote = Remote("r", size=1)
    Thing("user", size=remote.core.apply(lambda core: core.size))
    pulumi.export("core", remote.core.apply(lambda core: core.size))
    """)
    answer = stack.run("up")
    assert answer.outputs == {"core": 7}
    user = next(record for record in stack.state()["records"] if record["name"] == "user")
    assert user["dependencies"] == ["urn:pulumi:dev::things::fake:index:Remote::r"]
    assert stack.run("up").changes == {"unchanged": 2}


def test_functions_answer_plain_and_as_outputs(stack: FakeStack) -> None:
    stack.program("""
    plain = pulumi.runtime.invoke("fake:index:double", {"number": 4}).value
    a = Thing("a", size=plain["result"])
    doubled = pulumi.runtime.invoke_output("fake:index:double", {"number": a.size})
    pulumi.export("doubled", doubled.apply(lambda found: found["result"]))
    """)
    assert stack.run("up").outputs == {"doubled": 16}


def test_an_account_that_was_started_anew_is_noticed(stack: FakeStack) -> None:
    stack.program(THREE)
    stack.run("up")
    (stack.root / "marker").unlink()
    for path in stack.cloud.glob("*"):
        path.unlink()
    answer = stack.run("up")
    assert answer.changes == {"created": 3}
    assert answer.events[0] == (
        "note unchanged  the emulated AWS was started anew: 3 resources of the one before are made again"
    )


def test_a_refresh_makes_again_what_was_removed_behind_our_back(stack: FakeStack) -> None:
    stack.program(THREE)
    stack.run("up")
    next(iter(stack.cloud.glob("other-*.json"))).unlink()
    assert stack.run("up").changes == {"unchanged": 3}
    assert stack.run("up", "--refresh").changes == {"created": 1, "unchanged": 2}


def test_the_program_runs_in_its_own_directory_and_finds_its_own_modules(stack: FakeStack) -> None:
    (stack.root / "program" / "helper.py").write_text("SIZE = 11\n")
    stack.program("""
    import os, helper
    pulumi.export("size", helper.SIZE)
    pulumi.export("here", os.getcwd())
    pulumi.export("depth", pulumi.Config().require_int("depth"))
    """)
    here = str(Path(stack.root / "program").resolve())
    assert stack.run("up").outputs == {"size": 11, "here": here, "depth": 3}


def test_a_resource_of_somebody_else_can_be_looked_up(stack: FakeStack) -> None:
    (stack.cloud / "theirs.json").write_text('{"size": 42}')
    stack.program("""
    theirs = Thing("x", opts=Options(id="theirs"))
    pulumi.export("size", theirs.size)
    pulumi.export("id", theirs.id)
    """)
    answer = stack.run("up")
    assert (answer.outputs, answer.changes) == ({"size": 42, "id": "theirs"}, {})
    assert stack.run("down").changes == {}
    assert (stack.cloud / "theirs.json").exists()


def test_outputs_named_secret_by_the_program_are_secret(stack: FakeStack) -> None:
    stack.program("""
    a = Thing("a", size=1, opts=Options(additional_secret_outputs=["size"]))
    b = Thing("b", place=pulumi.Output.secret("here"))
    pulumi.export("size", a.size)
    pulumi.export("place", b.place)
    pulumi.export("version", b.version)
    """)
    assert stack.run("up").secrets == ["place", "size"]


def test_a_change_around_a_resource_updates_it(stack: FakeStack) -> None:
    stack.program('Thing("a", size=1)')
    (stack.cloud / "weather").write_text("rain")
    stack.run("up")
    assert stack.run("up").changes == {"unchanged": 1}
    (stack.cloud / "weather").write_text("sun")
    assert stack.run("preview").events == ["planned updated a its surroundings"]
    assert stack.run("up").changes == {"updated": 1}
    assert stack.run("up").changes == {"unchanged": 1}
