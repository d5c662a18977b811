"""A world of real processes in a directory of its own: started, hurt, started again, ended."""

import contextlib
import json
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import psutil
import pytest
import yaml
from types_boto3_eks.client import EKSClient
from types_boto3_iam.client import IAMClient

from sandbox.environment import aws_endpoint
from sandbox.paths import SandboxPaths
from sandbox.world.control_plane import PARTS
from sandbox.world.kubernetes import DEFINITIONS, NODES, Document, Kubernetes
from sandbox.world.processes import end
from sandbox.world.tools import ensure_tools
from sandbox.world.world import DAEMONS, World

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300), pytest.mark.xdist_group("world")]

REGION = "us-west-2"

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def silent(*_: object) -> None:
    """Nobody watches."""


def new_world(directory: Path) -> World:
    return World(SandboxPaths(directory), ensure_tools(silent), REGION)


def started(directory: Path) -> World:
    world = new_world(directory)
    world.start(silent)
    return world


def eventually(holds: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "never came true"
        time.sleep(0.05)


def listening(world: World) -> list[int]:
    ports = []
    for process in world.processes.of_this_sandbox():
        with contextlib.suppress(psutil.Error):
            ports += [each.laddr.port for each in process.net_connections("tcp") if each.status == "LISTEN"]
    return ports


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = new_world(tmp_path_factory.mktemp("world"))
    try:
        world.start(silent)
        yield world
    finally:
        world.stop()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """For a world of the test's own; whatever becomes of it, its processes end."""
    yield tmp_path
    end(new_world(tmp_path).processes.of_this_sandbox(), grace=0.2)


def test_everything_runs_and_listens_on_loopback_only(world: World) -> None:
    world.start(silent)
    status = world.status()
    assert status.up
    assert set(status.running) >= set(DAEMONS)
    addresses = {
        each.laddr.ip
        for process in world.processes.of_this_sandbox()
        for each in process.net_connections("tcp")
        if each.status == "LISTEN"
    }
    assert addresses == {"127.0.0.1"}


@pytest.mark.timed
def test_a_second_start_is_quick_and_starts_nothing(world: World) -> None:
    world.start(silent)
    before, begun = world.processes.running(), time.monotonic()
    world.start(silent)
    assert time.monotonic() - begun < 0.5
    assert world.processes.running() == before


def test_the_kinds_that_charts_expect_are_there(world: World) -> None:
    world.start(silent)
    kubernetes = Kubernetes(world.paths.kubeconfig)
    names = {each["metadata"]["name"] for each in kubernetes.items(DEFINITIONS)}
    assert {"servicemonitors.monitoring.coreos.com", "logs.kwok.x-k8s.io"} <= names
    kubernetes.close()


@dataclass
class Account:
    """Clients of the emulated AWS, and an EKS cluster in it."""

    eks: EKSClient
    iam: IAMClient
    role: str
    """Of nodes, by its ARN; its name is `any`."""
    subnets: list[str]


@pytest.fixture(scope="module")
def account(world: World) -> Account:
    session = boto3.Session("sandbox", "sandbox", region_name=REGION)
    endpoint = aws_endpoint(world.paths)
    ec2 = session.client("ec2", endpoint_url=endpoint)
    eks = session.client("eks", endpoint_url=endpoint)
    iam = session.client("iam", endpoint_url=endpoint)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}")
        for index, zone in enumerate("ab")
    ]
    ids = [each["Subnet"]["SubnetId"] for each in subnets]
    role = iam.create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    eks.create_cluster(name="any", roleArn=role, resourcesVpcConfig={"subnetIds": ids})
    eventually(lambda: eks.describe_cluster(name="any")["cluster"]["status"] == "ACTIVE")
    return Account(eks, iam, role, ids)


def test_eks_answers_with_the_local_control_plane(world: World, account: Account) -> None:
    described = account.eks.describe_cluster(name="any")["cluster"]
    cluster = yaml.safe_load(world.paths.kubeconfig.read_text())["clusters"][0]["cluster"]
    assert described["endpoint"] == cluster["server"]
    assert described["certificateAuthority"]["data"] == cluster["certificate-authority-data"]


def test_nodes_wait_for_the_rights_of_their_vpc_cni_then_are_ready_and_go_with_their_instances(
    world: World, account: Account
) -> None:
    world.start(silent)
    policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
    account.eks.create_nodegroup(
        clusterName="any",
        nodegroupName="few",
        scalingConfig={"minSize": 2, "maxSize": 2, "desiredSize": 2},
        subnets=account.subnets,
        instanceTypes=["m6i.large"],
        nodeRole=account.role,
        labels={"team": "a"},
    )
    kubernetes = Kubernetes(world.paths.kubeconfig)

    def ready(status: str = "True") -> list[Document]:
        nodes = kubernetes.items(NODES, labelSelector="eks.amazonaws.com/nodegroup=few,team=a")
        return [
            node
            for node in nodes
            if any(
                (each["type"], each["status"]) == ("Ready", status)
                for each in node["status"].get("conditions", [])
            )
        ]

    def leases() -> int:
        return len(kubernetes.items("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"))

    eventually(lambda: len(ready("False")) == 2)
    # KWOK has them, by their leases, and leaves them as they are.
    eventually(lambda: leases() == 2)
    assert ready() == []
    assert {each["key"] for node in ready("False") for each in node["spec"]["taints"]} == {
        "node.kubernetes.io/not-ready"
    }
    account.iam.attach_role_policy(RoleName="any", PolicyArn=policy)
    eventually(lambda: len(ready()) == 2)
    eventually(lambda: not any(node["spec"].get("taints") for node in ready()))
    assert {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in ready()} == {
        f"{REGION}a",
        f"{REGION}b",
    }
    account.eks.delete_nodegroup(clusterName="any", nodegroupName="few")
    eventually(lambda: not kubernetes.items(NODES))
    kubernetes.close()


@pytest.mark.parametrize("killed", [*PARTS, "agent"])
def test_a_part_that_was_killed_is_started_again_and_nothing_is_forgotten(world: World, killed: str) -> None:
    world.start(silent)
    kubernetes = Kubernetes(world.paths.kubeconfig)
    name = f"before-{killed}"
    kubernetes.create("/api/v1/namespaces", {"metadata": {"name": name}})
    record = world.processes.running()[killed]
    os.kill(record.pid, signal.SIGKILL)
    eventually(lambda: record.process() is None)
    assert world.status().missing == (killed,)
    world.start(silent)
    assert world.status().up
    assert world.processes.running()[killed].pid != record.pid
    assert kubernetes.get(f"/api/v1/namespaces/{name}")["status"]["phase"] == "Active"
    kubernetes.close()


def start_and_hang(directory: Path) -> None:
    started(directory)
    time.sleep(600)


def test_a_start_that_was_killed_is_taken_up_by_the_next(directory: Path) -> None:
    ensure_tools(silent)
    child = multiprocessing.get_context("spawn").Process(target=start_and_hang, args=(directory,))
    child.start()
    pids = directory / "control-plane" / "clusters" / "sandbox" / "pids"
    eventually(lambda: (pids / "kube-apiserver.pid").exists())
    child.kill()
    child.join()
    world = started(directory)
    assert world.status().up
    marked = [process.name() for process in world.processes.of_this_sandbox()]
    assert sum("apiserver" in name for name in marked) == 1
    world.stop()
    assert world.processes.of_this_sandbox() == []


def test_two_worlds_run_side_by_side_and_end_without_a_trace(world: World, directory: Path) -> None:
    world.start(silent)
    other = started(directory)
    ports = listening(other)
    assert set(listening(world)).isdisjoint(ports)
    other.stop()
    assert other.processes.of_this_sandbox() == []
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    left = {path.name for path in directory.iterdir()}
    assert left <= {"logs", "processes.json", "processes.lock", "world.lock"}
    assert world.status().up
    other.stop()
