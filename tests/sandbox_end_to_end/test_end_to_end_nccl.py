"""`make nccl`: MPIJobs, nodes, pods and how logs come are real; what the launcher prints is recorded."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lightkube import operators
from lightkube.resources.core_v1 import ConfigMap, Pod

from cli.cluster import Cluster, connect
from cli.nccl.run import leftovers
from cli.nccl.turn import LEASE, current
from knowledge.nccl_job import JOB_LABEL, NAMESPACE, VERDICT_CONFIG_MAP
from nccl.facts import RECORDED_MARK
from sandbox.paths import REPOSITORY
from tests.sandbox_end_to_end.driver import PATIENCE_SECONDS, Sandbox

WARM_SECONDS = 90
"""The issue's own figure; about 20 on two idle cores."""


@pytest.fixture(autouse=True)
def without_faults_after(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.eks_efa("fault", "clear").succeeded()


@pytest.fixture(autouse=True, scope="module")
def without_nodes_after(sandbox: Sandbox) -> Iterator[None]:
    """They leave by themselves; one test need not wait for those of another."""
    yield
    sandbox.eks_efa("scale-in").succeeded()


@pytest.fixture
def cluster(sandbox: Sandbox) -> Cluster:
    return connect(sandbox.paths.kubeconfig)


def left(cluster: Cluster) -> list[str]:
    """Runs, pods of runs and the turn; a run's pods may still be ending."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        names = leftovers(cluster)
        pods = cluster.client.list(Pod, namespace=NAMESPACE, labels={JOB_LABEL: operators.exists()})
        names += [pod.metadata.name or "" for pod in pods if pod.metadata]
        names += [LEASE] if current(cluster) else []
        if not names or time.monotonic() > deadline:
            return names
        time.sleep(0.5)


def verdict(cluster: Cluster) -> dict[str, str]:
    return cluster.client.get(ConfigMap, VERDICT_CONFIG_MAP, namespace=NAMESPACE).data or {}


def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


@pytest.mark.timed
def test_both_variants_run_on_karpenters_nodes_and_end_in_a_verdict_and_a_picture(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    sandbox.eks_efa("scale-in").succeeded()
    assert sandbox.karpenter_instances() == []
    said = sandbox.eks_efa("nccl", "run", "--output", str(tmp_path))
    assert said.code == 0, said.output + said.messages
    assert said.seconds < WARM_SECONDS
    assert f"PASS ({RECORDED_MARK})" in said.output
    assert "efa against socket: 1.42 times the socket at 1 GiB" in said.output
    launched = {
        (each["instance_type"], each["tags"]["karpenter.sh/nodepool"])
        for each in sandbox.karpenter_instances()
    }
    assert launched == {("g4dn.8xlarge", "g4dn")}
    assert [run["label"] for run in document(tmp_path)["runs"]] == ["efa", "socket"]
    assert document(tmp_path)["recorded"] is True
    assert RECORDED_MARK in (tmp_path / "report.md").read_text()
    assert f"<!-- {RECORDED_MARK} -->" in (tmp_path / "bus-bandwidth.svg").read_text()
    assert (tmp_path / "bus-bandwidth.png").read_bytes().startswith(b"\x89PNG")
    data = verdict(cluster)
    assert (data["outcome"], data["headline"]) == ("PASS", f"PASS ({RECORDED_MARK})")
    assert json.loads(data["report.json"]) == document(tmp_path)
    assert left(cluster) == []


def test_a_run_leaves_the_stack_as_it_was(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.eks_efa("nccl", "efa", "--no-picture", "--output", str(tmp_path)).succeeded()
    assert "nothing changed" in sandbox.eks_efa("up").succeeded().messages


def test_efa_that_falls_back_to_tcp_fails(sandbox: Sandbox, cluster: Cluster, tmp_path: Path) -> None:
    sandbox.eks_efa("fault", "nccl", "socket-fallback").succeeded()
    said = sandbox.eks_efa("nccl", "efa", "--no-picture", "--output", str(tmp_path))
    assert said.code == 1, said.output + said.messages
    assert "efa was asked for, but the data went over Socket" in said.output
    assert (verdict(cluster)["outcome"], left(cluster)) == ("FAIL", [])


def test_an_image_that_cannot_be_pulled_is_given_up_with_the_worker_and_the_event(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    sandbox.eks_efa("fault", "nccl", "image-pull").succeeded()
    said = sandbox.eks_efa("nccl", "run", "--output", str(tmp_path))
    assert said.code == 2, said.output + said.messages
    (error,) = (line for line in said.messages.splitlines() if line.startswith("error: "))
    assert "worker-" in error
    assert "ImagePullBackOff" in error
    assert "not run, as it would wait for the same: efa" in said.messages
    assert document(tmp_path)["outcome"] == "INCONCLUSIVE"
    assert (verdict(cluster)["outcome"], left(cluster)) == ("INCONCLUSIVE", [])


def test_a_launcher_that_crashes_is_tried_again_and_every_attempt_keeps_its_log(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    sandbox.eks_efa("fault", "nccl", "launcher-crash").succeeded()
    said = sandbox.eks_efa("nccl", "efa", "--no-picture", "--output", str(tmp_path))
    assert said.code == 1, said.output + said.messages
    assert "launcher (restart 1)" in said.messages
    assert {"efa-1.log", "efa.log"} <= {path.name for path in tmp_path.iterdir()}
    assert left(cluster) == []


def test_of_two_tests_at_once_the_second_waits_its_turn_and_a_killed_one_is_cleaned_up_after(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    first = subprocess.Popen(
        sandbox.command("nccl", "run", "--output", str(tmp_path / "first")),
        cwd=REPOSITORY,
        env=sandbox.environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert first.stderr is not None
        assert any("workers 0/2" in line for line in first.stderr)
        second = sandbox.eks_efa("nccl", "run", "--output", str(tmp_path / "second"))
        assert second.code == 2
        assert "runs in this cluster since" in second.messages.splitlines()[-1]
    finally:
        first.kill()
        first.communicate()
    said = sandbox.eks_efa("nccl", "socket", "--no-picture", "--output", str(tmp_path / "third"))
    assert said.code == 0, said.output + said.messages
    assert "was left behind by a test that did not end; taking it away" in said.messages
    assert left(cluster) == []
