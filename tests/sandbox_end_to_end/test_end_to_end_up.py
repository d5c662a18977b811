import subprocess
import time

import pytest

from sandbox.paths import REPOSITORY
from tests.sandbox_end_to_end.driver import Sandbox

pytestmark = pytest.mark.timed

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
    deadline = time.monotonic() + 120
    while not (state.exists() and state.read_text().count('"urn"') > 20) and time.monotonic() < deadline:
        assert begun.poll() is None, "up ended before it could be killed"
        time.sleep(0.1)
    empty_sandbox.kill("sandbox.engine")
    begun.kill()
    begun.wait()
    empty_sandbox.eks_efa("up").succeeded()
    assert empty_sandbox.status()["karpenter"]["ready"]
    assert "nothing changed" in empty_sandbox.eks_efa("up").succeeded().messages
