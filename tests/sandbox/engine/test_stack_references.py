"""A stack reads another's outputs: of this program, up in this sandbox, with its secrets kept."""

import shutil

from tests.sandbox.engine.conftest import FakeStack

PLATFORM = """
thing = Thing("network")
pulumi.export("place", "here")
pulumi.export("kubeconfig", pulumi.Output.secret("key"))
"""
TENANT = """
platform = pulumi.StackReference("{name}")
pulumi.export("place", platform.get_output("place"))
pulumi.export("kubeconfig", platform.get_output("kubeconfig"))
pulumi.export("absent", platform.get_output("absent"))
Thing("job", size=platform.get_output("place"))
"""


def _on_a_platform(stack: FakeStack, name: str = "acme/things/platform") -> None:
    """The stack's records become those of `platform`, and a tenant takes its place."""
    stack.program(PLATFORM)
    assert stack.run("up").error is None
    shutil.move(stack.root / "stacks" / "dev.json", stack.root / "stacks" / "platform.json")
    stack.program(TENANT.format(name=name))


def test_another_stacks_outputs_are_read_and_its_secrets_stay_secret(stack: FakeStack) -> None:
    _on_a_platform(stack)
    answer = stack.run("up")
    assert answer.error is None
    assert (answer.outputs["place"], answer.outputs["kubeconfig"]) == ("here", "key")
    assert answer.secrets == ["kubeconfig"]
    assert "job" in stack.things()


def test_a_reference_is_nothing_that_is_made_or_deleted(stack: FakeStack) -> None:
    _on_a_platform(stack)
    assert stack.run("up").changes == {"created": 1}
    assert [record["name"] for record in stack.state()["records"]] == ["job"]
    assert stack.run("down").changes == {"deleted": 1}
    assert (stack.root / "stacks" / "platform.json").exists()


def test_a_preview_reads_them_too(stack: FakeStack) -> None:
    _on_a_platform(stack)
    assert stack.run("preview").outputs["place"] == "here"


def test_a_platform_that_is_not_up_is_one_line_and_nothing_is_made(stack: FakeStack) -> None:
    stack.program(TENANT.format(name="acme/things/platform"))
    answer = stack.run("up")
    assert answer.error is not None
    assert answer.error.endswith("stack platform: not up in this sandbox; run: eks-efa up --stack platform")
    assert stack.things() == []


def test_a_platform_of_a_sandbox_that_was_started_anew_is_not_up(stack: FakeStack) -> None:
    _on_a_platform(stack)
    path = stack.root / "stacks" / "platform.json"
    path.write_text(path.read_text().replace('"aws": "', '"aws": "earlier-'))
    answer = stack.run("up")
    assert answer.error is not None
    assert "not up in this sandbox" in answer.error


def test_a_stack_of_another_program_is_not_in_a_sandbox(stack: FakeStack) -> None:
    _on_a_platform(stack, "acme/elsewhere/platform")
    answer = stack.run("up")
    assert answer.error is not None
    assert answer.error.endswith(
        "acme/elsewhere/platform: not a stack of this program; name one as organization/things/<stack>"
    )
