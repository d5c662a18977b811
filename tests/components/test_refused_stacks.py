"""A stack that cannot be built is refused before its first resource, with every reason and no traceback."""

from typing import Any

import pulumi
import pytest

from knowledge.ami import ami_parameter
from tests.components.fake_account import FakeAccount
from tests.components.pool_settings import node_group, only
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run


def _refusal(changes: dict[str, Any], account: FakeAccount | None = None, stack: str = "dev") -> list[str]:
    """The lines of the report, after making sure that nothing was registered."""
    run = Run()
    with pytest.raises(pulumi.RunError) as refused:
        run_program(stack, changes=changes, account=account, into=run)
    assert not run.resources
    return [line.strip() for line in str(refused.value).split("\n")]


def test_an_unknown_instance_type_registers_nothing() -> None:
    heading, fault = _refusal(only(node_groups=[node_group(instanceType="p4d.24xlrage")]))
    assert heading.startswith("1 fault")
    assert fault.startswith('nodeGroups[0].instanceType: unknown type "p4d.24xlrage" in us-west-2')
    assert "p4d.24xlarge" in fault


def test_every_fault_of_a_stack_is_in_one_report() -> None:
    changes = {
        **only(node_groups=[node_group(instanceType="t3.medium"), node_group(name="train", minNodes=-1)]),
        "cluster": {"name": "train", "publicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
    }
    report = "\n".join(_refusal(changes))
    for path in ("cluster.publicAccessCidrs", "nodeGroups[0].instanceType", "nodeGroups[1]"):
        assert path in report


def test_an_image_that_aws_does_not_publish_registers_nothing() -> None:
    missing = ami_parameter("1.35", "x86_64", "nvidia", "v20990101")
    changes = only(node_groups=[node_group(ami={"release": "v20990101"})])
    _, fault = _refusal(changes, FakeAccount(absent=frozenset({missing})))
    assert fault.startswith("nodeGroups[0].ami: there is no nvidia image v20990101 for Kubernetes 1.35")


def test_a_real_stack_that_calls_itself_a_sandbox_registers_nothing() -> None:
    _, fault = _refusal({"sandbox": True})
    assert fault.startswith("sandbox: true, but AWS_ENDPOINT_URL is not set")


def test_production_is_held_to_more() -> None:
    report = "\n".join(_refusal(only(node_groups=[node_group()]), stack="prod"))
    assert "nodeGroups[0].ami: the newest image changes by itself" in report
