import json
import subprocess

import pytest

from cli.sandbox_api import private_api
from knowledge.iam.karpenter_controller import KarpenterScope, controller_policies
from sandbox.paths import REPOSITORY
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

pytestmark = pytest.mark.timed

READING = ("Describe", "Get", "List", "AssumeRole", "ReceiveMessage")
"""What calls that change nothing begin with."""

SECOND_UP_SECONDS = 20
"""Under 10 on two idle cores; a busy machine gets twice that."""


def test_what_runs_after_up_is_what_the_settings_say(sandbox: Sandbox) -> None:
    status = sandbox.status()
    assert status["sandbox"]["running"]
    assert status["sandbox"]["deployed"]
    assert status["kubernetes"].startswith("v1.35.")
    assert (status["karpenter"]["version"], status["karpenter"]["ready"]) == ("1.14.0", True)
    system = [node for node in status["nodes"] if node["gpus"] == 0]
    assert len(system) >= 2
    assert len({node["zone"] for node in system}) >= 2
    assert all(node["ready"] and node["group"] and not node["provisioner"] for node in status["nodes"])


def test_a_second_up_changes_nothing_and_ends_with_the_table(sandbox: Sandbox) -> None:
    again = sandbox.eks_efa("up").succeeded()
    assert "nothing changed" in again.messages
    for expected in ("Nodes", "Karpenter", "1.14.0, ready", "make scale-out"):
        assert expected in again.output + again.messages
    assert again.seconds < SECOND_UP_SECONDS


def test_a_preview_after_up_finds_nothing_to_do(sandbox: Sandbox) -> None:
    assert "0 created, 0 updated, 0 replaced, 0 deleted" in sandbox.eks_efa("preview").succeeded().messages


def test_karpenters_two_charts_are_installed(sandbox: Sandbox) -> None:
    charts = {chart["name"]: chart["reason"] for chart in sandbox.status()["sandbox"]["charts"]}
    own = {name: reason for name, reason in charts.items() if name.startswith("karpenter")}
    assert own == {"karpenter": None, "karpenter-crd": None}


def test_a_preview_of_a_sandbox_that_never_ran_starts_nothing_that_stays(empty_sandbox: Sandbox) -> None:
    preview = empty_sandbox.eks_efa("preview").succeeded()
    assert "create" in preview.output + preview.messages
    assert not empty_sandbox.status()["sandbox"]["deployed"]


def test_an_up_after_a_killed_one_goes_on(empty_sandbox: Sandbox) -> None:
    begun = subprocess.Popen(
        empty_sandbox.command("up"),
        cwd=REPOSITORY,
        env=empty_sandbox.environment(),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    state = empty_sandbox.paths.stacks / "sandbox.json"

    def is_half_way() -> bool:
        assert begun.poll() is None, "up ended before it could be killed"
        return state.exists() and state.read_text().count('"urn"') > 20

    wait_for("state of half a deployment", is_half_way)
    empty_sandbox.kill("sandbox.engine")
    begun.kill()
    begun.wait()
    empty_sandbox.eks_efa("up").succeeded()
    assert empty_sandbox.status()["karpenter"]["ready"]
    assert "nothing changed" in empty_sandbox.eks_efa("up").succeeded().messages


def test_whoever_deploys_needs_no_more_than_the_policies_that_are_printed_for_him(sandbox: Sandbox) -> None:
    """Beside Karpenter, the deployment alone changes anything in the emulated AWS."""
    printed = json.loads(sandbox.eks_efa("permissions").succeeded().output)
    scope = KarpenterScope("aws", "us-west-2", "*", "*", "*", "*")
    allowed = {
        action
        for policy in (*printed.values(), *controller_policies(scope).values())
        for statement in policy["Statement"]
        for action in statement["Action"]
    }
    made = private_api(sandbox.endpoint(), "GET", "calls")["counts"]
    changes = {call for call in made if not call.partition(":")[2].startswith(READING)}
    assert len(changes) > 30
    # The sandbox itself publishes the images of AWS, and a migration ends instances of groups.
    others = {"ssm:PutParameter", "autoscaling:TerminateInstanceInAutoScalingGroup"}
    assert changes - allowed - others == set()
