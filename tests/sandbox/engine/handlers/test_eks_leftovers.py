"""What Karpenter leaves behind goes with its cluster, and nothing else does."""

from typing import Any

import pytest

from sandbox.engine.errors import SandboxError
from sandbox.engine.handlers.eks_cluster import EksCluster
from sandbox.engine.world import World
from tests.sandbox.engine.handlers.cluster_scenario import cluster, two_subnets
from tests.sandbox.engine.handlers.scenario import unique


def launch_template(world: World, **tags: str) -> str:
    """The id of a new one; `_` stands for what a keyword cannot hold."""
    names = {"cluster": "eks:eks-cluster-name", "node_class": "karpenter.k8s.aws/ec2nodeclass"}
    tagged: Any = [{"Key": names.get(key, key), "Value": value} for key, value in tags.items()]
    made = world.ec2.create_launch_template(
        LaunchTemplateName=unique("template"),
        LaunchTemplateData={"InstanceType": "p4d.24xlarge"},
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": tagged}],
    )
    return made["LaunchTemplate"]["LaunchTemplateId"]


def left(world: World, *ids: str) -> list[str]:
    found = world.ec2.describe_launch_templates()["LaunchTemplates"]
    return [one["LaunchTemplateId"] for one in found if one["LaunchTemplateId"] in ids]


def test_a_cluster_takes_the_launch_templates_of_its_karpenter_along(world: World) -> None:
    name, other = unique("train"), unique("train")
    orphan = launch_template(world, cluster=name, node_class="p5")
    of_another_cluster = launch_template(world, cluster=other, node_class="p5")
    of_a_node_group = launch_template(world, cluster=name, owner="platform")
    kept = launch_template(world, owner="platform")
    for _ in range(2):
        EksCluster().delete(world, name, {}, {})
    everything = (orphan, of_another_cluster, of_a_node_group, kept)
    assert left(world, *everything) == [of_another_cluster, of_a_node_group, kept]


def test_a_control_plane_that_the_emulated_eks_refuses_is_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.private_api.call", lambda *_: (400, "no\nendpoint."))
    with pytest.raises(
        SandboxError, match=r"^cluster train-\w+: the emulated EKS refuses its .*: no endpoint;"
    ):
        cluster(world, two_subnets(world))
