"""Two teams on one platform: each has its share and its nodes, and goes without the other's notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.core.exceptions import ApiError
from lightkube.models.core_v1 import (
    Container,
    PersistentVolumeClaimSpec,
    PodSpec,
    ResourceRequirements,
    ServicePort,
    ServiceSpec,
    Toleration,
    VolumeResourceRequirements,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import (
    ConfigMap,
    Namespace,
    Node,
    PersistentVolumeClaim,
    Pod,
    ResourceQuota,
    Service,
)

from cli.cluster import Cluster, connect
from cli.sandbox_state import deployed_stacks
from knowledge.nccl_job import VERDICT_CONFIG_MAP
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL
from knowledge.team import TEAM_LABEL
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

TEAMS = ("team-a", "team-b")
GPU = Toleration(key=GPU_RESOURCE, operator="Exists")
OF_TEAM_A = Toleration(key=TEAM_LABEL, value="team-a", effect="NoSchedule")


@pytest.fixture(autouse=True, scope="module")
def no_team_afterwards(sandbox: Sandbox) -> Iterator[None]:
    yield
    for team in TEAMS:
        sandbox.eks_efa("down", "--stack", team).succeeded()


@pytest.fixture(autouse=True)
def both_teams(sandbox: Sandbox, no_team_afterwards: None) -> None:
    """Both are there, whichever a test before has taken down."""
    for team in TEAMS:
        if team not in deployed_stacks(sandbox.paths):
            sandbox.eks_efa("up", "--stack", team).succeeded()


@pytest.fixture
def cluster(sandbox: Sandbox) -> Iterator[Cluster]:
    """The cluster; pods of the test are taken away after it."""
    connected = connect(sandbox.paths.kubeconfig)
    yield connected
    for team in TEAMS:
        connected.client.deletecollection(Pod, namespace=team, grace_period=0)
    # What they used is given back a moment later, and until then the next test's pods are refused.
    wait_for("free quotas", lambda: not any(used(connected, team) for team in TEAMS))


def used(cluster: Cluster, team: str) -> bool:
    """Whether the team's quota counts a GPU as used."""
    quotas = cluster.client.list(ResourceQuota, namespace=team)
    counts = [(quota.status and quota.status.used) or {} for quota in quotas]
    return any(count.get(f"requests.{GPU_RESOURCE}", "0") != "0" for count in counts)


def pod(team: str, name: str, *tolerations: Toleration, pool: str) -> Pod:
    """A pod that wants one GPU and one EFA interface of a node of a pool."""
    devices = {GPU_RESOURCE: "1", EFA_RESOURCE: "1"}
    container = Container(name="train", image="train", resources=ResourceRequirements(limits=dict(devices)))
    spec = PodSpec(containers=[container], tolerations=[GPU, *tolerations], nodeSelector={POOL_LABEL: pool})
    return Pod(metadata=ObjectMeta(name=name, namespace=team), spec=spec)


def refusal(cluster: Cluster, wanted: Pod) -> str:
    with pytest.raises(ApiError) as refused:
        cluster.client.create(wanted)
    return str(refused.value)


def node_of(cluster: Cluster, team: str, name: str) -> Node:
    """The node that the pod runs on, once it runs."""

    def found() -> Pod:
        return cluster.client.get(Pod, name, namespace=team)

    wait_for(f"{name} of {team} running", lambda: phase(found()) == "Running")
    spec = found().spec
    assert spec is not None and spec.nodeName is not None
    return cluster.client.get(Node, spec.nodeName)


def phase(pod: Pod) -> str | None:
    return pod.status.phase if pod.status else None


def test_a_pod_beyond_the_teams_share_is_refused(cluster: Cluster) -> None:
    for name in ("first", "second"):
        cluster.client.create(pod("team-b", name, pool="g4dn"))
    told = refusal(cluster, pod("team-b", "third", pool="g4dn"))
    assert "exceeded quota: team" in told
    assert "used: requests.nvidia.com/gpu=2" in told
    cluster.client.create(pod("team-a", "first", pool="g4dn"))


def test_a_team_opens_nothing_to_the_outside_and_stores_no_more_than_its_share(cluster: Cluster) -> None:
    for kind in ("LoadBalancer", "NodePort"):
        with pytest.raises(ApiError, match=rf"exceeded quota: team, .*services\.{kind.lower()}s=1"):
            cluster.client.create(service("team-b", ServiceSpec(type=kind, ports=[ServicePort(port=80)])))
    cluster.client.create(service("team-b", ServiceSpec(clusterIP="None")))
    cluster.client.delete(Service, "train", namespace="team-b")
    asked = VolumeResourceRequirements(requests={"storage": "2Ti"})
    claim = PersistentVolumeClaimSpec(accessModes=["ReadWriteOnce"], resources=asked)
    with pytest.raises(ApiError, match=r"exceeded quota: team, requested: requests\.storage=2Ti"):
        cluster.client.create(
            PersistentVolumeClaim(metadata=ObjectMeta(name="all", namespace="team-b"), spec=claim)
        )


def service(team: str, spec: ServiceSpec) -> Service:
    spec.selector = {"app": "train"}
    return Service(metadata=ObjectMeta(name="train", namespace=team), spec=spec)


def test_a_team_has_nodes_that_no_other_team_can_come_to(sandbox: Sandbox, cluster: Cluster) -> None:
    told = refusal(cluster, pod("team-b", "thief", OF_TEAM_A, pool="team-a-g4dn"))
    assert "a pod of team team-b may tolerate eks-efa/team=team-b and no other team's taint" in told
    for_all = Toleration(operator="Exists")
    assert "no other team's taint" in refusal(cluster, pod("team-b", "thief", for_all, pool="team-a-g4dn"))
    cluster.client.create(pod("team-a", "own", OF_TEAM_A, pool="team-a-g4dn"))
    node = node_of(cluster, "team-a", "own")
    assert node.metadata and node.metadata.name and node.metadata.labels and node.spec
    assert node.metadata.labels[TEAM_LABEL] == "team-a"
    assert (TEAM_LABEL, "team-a") in [(taint.key, taint.value) for taint in node.spec.taints or ()]
    past_the_scheduler = pod("team-b", "thief", pool="team-a-g4dn")
    assert past_the_scheduler.spec
    past_the_scheduler.spec.nodeName = node.metadata.name
    assert "passes by every taint" in refusal(cluster, past_the_scheduler)
    paid_by = {each["tags"].get("eks-efa/team") for each in sandbox.karpenter_instances()}
    assert "team-a" in paid_by


def test_a_team_proves_the_network_of_its_own_nodes(
    sandbox: Sandbox, cluster: Cluster, tmp_path: Path
) -> None:
    said = sandbox.eks_efa("nccl", "efa", "--stack", "team-a", "--no-picture", "--output", str(tmp_path))
    assert said.code == 0, said.output + said.messages
    verdict = cluster.client.get(ConfigMap, VERDICT_CONFIG_MAP, namespace="team-a")
    assert (verdict.data or {})["outcome"] == "PASS"
    used = {each["tags"]["karpenter.sh/nodepool"] for each in sandbox.karpenter_instances()}
    assert "team-a-g4dn" in used


def test_one_teams_down_leaves_the_other_and_the_platform_as_they_were(
    sandbox: Sandbox, cluster: Cluster
) -> None:
    cluster.client.create(pod("team-a", "own", OF_TEAM_A, pool="team-a-g4dn"))
    cluster.client.create(pod("team-b", "stays", pool="g4dn"))
    node_of(cluster, "team-a", "own")
    node_of(cluster, "team-b", "stays")
    others = [sandbox.paths.stacks / f"{stack}.json" for stack in ("team-b", "sandbox")]
    before = [path.read_text() for path in others]
    down = sandbox.eks_efa("down", "--stack", "team-a").succeeded()
    assert "its platform sandbox still runs" in down.messages
    assert [path.read_text() for path in others] == before
    there = [each.metadata.name for each in cluster.client.list(Namespace) if each.metadata]
    assert ("team-a" in there, "team-b" in there) == (False, True)
    stays = cluster.client.get(Pod, "stays", namespace="team-b")
    assert stays.status and stays.status.phase == "Running"
    assert [each for each in sandbox.karpenter_instances() if TEAM_LABEL in each["tags"]] == []
    assert "nothing changed" in sandbox.eks_efa("up", "--stack", "team-b").succeeded().messages


def test_the_platform_does_not_go_before_its_teams(sandbox: Sandbox) -> None:
    refused = sandbox.eks_efa("down")
    assert refused.code == 1
    assert "stack sandbox: team-a, team-b still on its cluster; run first:" in refused.messages
    assert "eks-efa down --stack team-a and eks-efa down --stack team-b" in refused.messages
    part = sandbox.eks_efa("down", "--stack", "team-a", "--now")
    assert "--now: ends the whole sandbox" in part.messages
    assert sandbox.status()["karpenter"]["ready"]


def test_a_team_without_its_platform_is_told_to_bring_it_up(empty_sandbox: Sandbox) -> None:
    refused = empty_sandbox.eks_efa("up", "--stack", "team-a")
    assert refused.code == 1
    assert (
        "stack team-a: its platform, stack sandbox, is not up in this sandbox; "
        "run: eks-efa up --stack sandbox" in refused.messages
    )
    assert list(empty_sandbox.processes().values()) == []
