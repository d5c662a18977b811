"""Every pool of every committed stack beside every plugin of its cluster: do the plugin's pods get there?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from knowledge.daemon_pods import comes_to
from plan.document import Plan
from sandbox.world.device_plugins import plugin_of_chart
from sandbox.world.registrations import EKS_TAINT_EFFECTS
from tests.plan.test_plan_stacks import planned

PLATFORMS = {
    "dev": ("dev",),
    "prod": ("prod",),
    "existing": ("existing",),
    "sandbox": ("sandbox", "team-a", "team-b"),
}
"""Stacks with a cluster, each with all that have pools there."""

RELEASE = "kubernetes:helm.sh/v3:Release"
POOLS = [
    *(("dev", pool) for pool in ("train", "p5", "p4d", "g5")),
    *(("prod", pool) for pool in ("train", "p5", "p5en", "p4d", "g5-spot")),
    *(("existing", pool) for pool in ("p4d", "g4dn")),
    *(("sandbox", pool) for pool in ("p4d-by-hand", "p4d", "p5", "g5", "g4dn", "team-a-g4dn")),
]
"""Platform and pool; all have GPUs and EFA."""


@dataclass(frozen=True)
class Node:
    """What a node of a pool registers with."""

    labels: Mapping[str, str]
    taints: list[dict[str, str]]


def pools(plan: Plan) -> Iterator[tuple[str, Node]]:
    """The nodes of the plan's pools of GPU nodes, by the pool's name."""
    for each in plan.resources:
        if each.type == "kubernetes:karpenter.sh/v1:NodePool":
            template = each.inputs["spec"]["template"]
            name = each.inputs["metadata"]["name"]
            yield name, Node(template["metadata"]["labels"], template["spec"]["taints"])
        elif each.type == "aws:eks/nodeGroup:NodeGroup" and "eks-efa/pool" in each.inputs["labels"]:
            taints = [
                {**taint, "effect": EKS_TAINT_EFFECTS[taint["effect"]]} for taint in each.inputs["taints"]
            ]
            yield each.inputs["nodeGroupName"], Node(each.inputs["labels"], taints)


def nodes(platform: str) -> dict[str, Node]:
    """Those of the platform and of all its tenants."""
    return {name: node for stack in PLATFORMS[platform] for name, node in pools(planned(stack))}


def pods(platform: str) -> dict[str, Mapping[str, Any]]:
    """Specs of the pods of the platform's plugins and of its GPU exporter, by their chart."""
    releases = [each.inputs for each in planned(platform).resources if each.type == RELEASE]
    found: dict[str, Mapping[str, Any]] = {}
    for release in releases:
        chart, values = release["chart"], release.get("values", {})
        if plugin := plugin_of_chart(chart, values):
            found[chart] = plugin.pod
        elif chart == "dcgm-exporter":
            found[chart] = values
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_pool_there_is_is_asked_about(platform: str) -> None:
    assert {pool for each, pool in POOLS if each == platform} == nodes(platform).keys()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_both_plugins_and_the_exporter_where_it_is_monitored(platform: str) -> None:
    exporter = {"dcgm-exporter"} if platform == "sandbox" else set()
    assert pods(platform).keys() == {"nvidia-device-plugin", "aws-efa-k8s-device-plugin", *exporter}


@pytest.mark.parametrize(("platform", "pool"), POOLS)
def test_every_plugin_gets_to_the_nodes_of(platform: str, pool: str) -> None:
    node = nodes(platform)[pool]
    kept_away = [
        chart for chart, pod in pods(platform).items() if not comes_to(pod, node.labels, node.taints)
    ]
    assert kept_away == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_plugin_gets_to_a_node_that_is_none_of_ours(platform: str) -> None:
    theirs = {"kubernetes.io/os": "linux", "node.kubernetes.io/instance-type": "p5.48xlarge"}
    assert [chart for chart, pod in pods(platform).items() if comes_to(pod, theirs, ())] == []
