"""Nodes tested in pairs: nodes, jobs and pods are real, what a run prints is made of a recording."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lightkube import operators
from lightkube.resources.core_v1 import Node, Pod

from cli.cluster import Cluster, connect
from cli.nccl.pairs.hold import HOLD_LABEL, held
from cli.nccl.pairs.quarantine import TAINT
from cli.nccl.run import Session, leftovers
from cli.nccl.templates import chosen, read_templates
from knowledge.nccl_job import NAMESPACE
from nccl.facts import RECORDED_MARK
from sandbox.paths import REPOSITORY
from tests.sandbox_end_to_end.driver import Sandbox


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


@pytest.fixture
def _sigint_is_heard() -> Iterator[None]:
    """A shell starts what it puts into the background deaf to SIGINT, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def there(cluster: Cluster, count: int, folder: Path) -> Iterator[tuple[str, ...]]:
    """So many nodes of the pool, by name, until the test under test takes them over."""
    (template,) = chosen(read_templates(cluster), ("efa",))
    session = Session(cluster, "test", folder, 300.0, lambda text, seconds: None)
    with held(session, template, count) as names:
        yield names


def found(folder: Path) -> list[tuple[str, list[str]]]:
    report: dict[str, Any] = json.loads((folder / "pairs.json").read_text())
    assert report["recorded"]
    return sorted((each["kind"], each["nodes"]) for each in report["findings"])


def paired(sandbox: Sandbox, count: int, folder: Path, *more: str) -> int:
    said = sandbox.eks_efa("nccl", "run", "--pairs", "--nodes", str(count), "--output", str(folder), *more)
    assert RECORDED_MARK in said.output, said.messages
    return said.code


def test_of_four_nodes_the_slow_one_is_named_and_closed_and_nobody_where_nothing_is_slow(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    with there(cluster, 4, tmp_path) as nodes:
        assert paired(sandbox, 4, tmp_path / "good") == 0
        assert found(tmp_path / "good") == []
        sandbox.eks_efa("fault", "nccl", "slow-node", nodes[1]).succeeded()
        assert paired(sandbox, 4, tmp_path / "slow", "--quarantine") == 1
    assert found(tmp_path / "slow") == [("node", [nodes[1]])]
    closed = cluster.client.get(Node, nodes[1])
    assert closed.spec and closed.spec.unschedulable
    assert TAINT in {taint.key for taint in closed.spec.taints or ()}


def test_of_seven_nodes_two_slow_ones_are_named(sandbox: Sandbox, cluster: Cluster, tmp_path: Path) -> None:
    with there(cluster, 7, tmp_path) as nodes:
        for node in nodes[:2]:
            sandbox.eks_efa("fault", "nccl", "slow-node", node).succeeded()
        assert paired(sandbox, 7, tmp_path / "report") == 1
    assert found(tmp_path / "report") == [("node", [node]) for node in sorted(nodes[:2])]


def test_of_sixteen_nodes_a_slow_link_is_named_and_neither_of_its_ends(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    with there(cluster, 16, tmp_path) as nodes:
        # In the first round the first node meets the last.
        sandbox.eks_efa("fault", "nccl", "slow-link", nodes[0], nodes[-1]).succeeded()
        assert paired(sandbox, 16, tmp_path / "report") == 1
    assert found(tmp_path / "report") == [("link", sorted((nodes[0], nodes[-1])))]


def test_of_sixty_four_nodes_two_slow_ones_are_named_though_they_met_each_other_first(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    with there(cluster, 64, tmp_path) as nodes:
        for node in (nodes[0], nodes[-1]):
            sandbox.eks_efa("fault", "nccl", "slow-node", node).succeeded()
        assert paired(sandbox, 64, tmp_path / "report") == 1
    assert found(tmp_path / "report") == [("node", [node]) for node in sorted((nodes[0], nodes[-1]))]


@pytest.mark.usefixtures("_sigint_is_heard")
def test_ctrl_c_in_a_round_leaves_no_run_and_no_pod_that_holds_a_node(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    test = subprocess.Popen(
        sandbox.command("nccl", "run", "--pairs", "--nodes", "4", "--output", str(tmp_path)),
        cwd=REPOSITORY,
        env=sandbox.environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 200
    while not leftovers(cluster) and time.monotonic() < deadline:
        time.sleep(0.5)
    test.send_signal(signal.SIGINT)
    _, said = test.communicate(timeout=120)
    assert test.returncode == 130, said
    holding = cluster.client.list(Pod, namespace=NAMESPACE, labels={HOLD_LABEL: operators.exists()})
    assert [pod.metadata.name for pod in holding if pod.metadata and not pod.metadata.deletionTimestamp] == []
    assert leftovers(cluster) == []
