from tests.sandbox.engine.conftest import FakeStack

TWO = """
    a = Thing("a", size=1)
    b = Thing("b", size=a.version, place=a.id)
    pulumi.export("size", a.size)
    pulumi.export("version", b.version)
"""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def test_a_first_preview_knows_inputs_and_nothing_else_and_touches_nothing(stack: FakeStack) -> None:
    stack.program(TWO)
    answer = stack.run("preview")
    assert answer.changes == {"created": 2}
    assert answer.events == ["planned created a", "planned created b"]
    assert answer.outputs == {"size": 1, "version": UNKNOWN}
    assert stack.log() == []
    assert not (stack.root / "marker").exists()
    assert not (stack.root / "stacks" / "dev.json").exists()


def test_a_preview_after_an_up_finds_nothing_to_do(stack: FakeStack) -> None:
    stack.program(TWO)
    stack.run("up")
    answer = stack.run("preview")
    assert answer.changes == {"unchanged": 2}
    assert answer.outputs == {"size": 1, "version": 1}


def test_a_preview_names_what_changes_and_what_is_not_known_yet(stack: FakeStack) -> None:
    stack.program('a = Thing("a", size=1)\nThing("b", size=a.version)\nThing("c", place="x")\nThing("d")')
    stack.run("up")
    stack.log()
    before = stack.state()
    stack.program('a = Thing("a", size=2)\nThing("b", size=a.version)\nThing("c", place="y")\nThing("e")')
    answer = stack.run("preview")
    assert sorted(answer.events) == [
        "planned created e",
        "planned deleted d",
        "planned replaced c place",
        "planned updated a size",
        "planned updated b size (not known yet)",
    ]
    assert stack.log() == []
    assert stack.state() == before


def test_what_has_to_go_with_a_replaced_resource_is_previewed_too(stack: FakeStack) -> None:
    stack.program('a = Thing("a", place="x", named="fixed")\nThing("b", size=1, owner=a.id)')
    stack.run("up")
    stack.program('a = Thing("a", place="y", named="fixed")\nThing("b", size=1, owner=a.id)')
    assert stack.run("preview").changes == {"replaced": 2}
    assert stack.run("up").changes == {"replaced": 2}


def test_functions_with_unknown_arguments_are_not_called(stack: FakeStack) -> None:
    stack.program("""
    a = Thing("a", size=1)
    doubled = pulumi.runtime.invoke_output("fake:index:double", {"number": a.version})
    pulumi.export("doubled", doubled.apply(lambda found: found["result"]))
    """)
    assert stack.run("preview").outputs == {"doubled": UNKNOWN}
    assert stack.run("up").outputs == {"doubled": 2}
