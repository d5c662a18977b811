from dataclasses import replace
from typing import Any

import pytest
from lightkube.models.core_v1 import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    Pod,
    Toleration,
)

from cli.migration.fitting import misfit
from tests.cli.migration.scenes import OFFER, P4D, gpu_pod


def wanting(*terms: list[tuple[str, str, list[str]]]) -> Pod:
    """A pod whose node must meet one of these terms."""
    listed = [
        NodeSelectorTerm(matchExpressions=[NodeSelectorRequirement(*expression) for expression in term])
        for term in terms
    ]
    required = NodeSelector(nodeSelectorTerms=listed)
    affinity = NodeAffinity(requiredDuringSchedulingIgnoredDuringExecution=required)
    return gpu_pod("a", affinity=Affinity(nodeAffinity=affinity))


def test_a_pod_that_tolerates_selects_and_asks_for_no_more_than_there_is_fits() -> None:
    assert misfit(gpu_pod("a", nodeSelector={"topology.kubernetes.io/zone": "us-west-2a"}), OFFER) is None


@pytest.mark.parametrize(
    "toleration",
    [
        {"key": "nvidia.com/gpu", "operator": "Exists"},
        {"key": "nvidia.com/gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
        {"operator": "Exists"},
    ],
)
def test_a_taint_is_tolerated_by_key_by_value_or_by_all(toleration: dict[str, Any]) -> None:
    assert misfit(gpu_pod("a", tolerations=[Toleration(**toleration)]), OFFER) is None


@pytest.mark.parametrize(
    "toleration",
    [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoExecute"},
        {"key": "nvidia.com/gpu", "value": "false"},
        {"key": "team", "operator": "Exists"},
    ],
)
def test_another_toleration_does_not_do(toleration: dict[str, Any]) -> None:
    pod = gpu_pod("a", tolerations=[Toleration(**toleration)])
    assert misfit(pod, OFFER) == "does not tolerate nvidia.com/gpu=true:NoSchedule"


def test_a_preference_keeps_no_pod_away() -> None:
    preferring = replace(OFFER, taints=[{"key": "team", "effect": "PreferNoSchedule"}])
    assert misfit(gpu_pod("a", tolerations=[]), preferring) is None


def test_a_pod_that_asks_for_its_group_by_name_fits_nowhere_else() -> None:
    pod = gpu_pod("a", nodeSelector={"eks-efa/pool": "by-hand"})
    assert misfit(pod, OFFER) == "wants eks-efa/pool In by-hand"
    assert misfit(gpu_pod("a", nodeSelector={"eks.amazonaws.com/nodegroup": "x"}), OFFER) is not None


def test_one_alternative_that_can_be_met_is_enough() -> None:
    here, there = ["us-west-2a"], ["us-west-2b"]
    zone = "topology.kubernetes.io/zone"
    assert misfit(wanting([(zone, "In", there)], [(zone, "In", here)]), OFFER) is None
    assert misfit(wanting([(zone, "In", there)]), OFFER) == f"wants {zone} In us-west-2b"


@pytest.mark.parametrize(
    ("operator", "values", "fits"),
    [
        ("In", ["p4d", "p5"], True),
        ("NotIn", ["p5"], True),
        ("NotIn", ["p4d"], False),
        ("Exists", [], True),
        ("DoesNotExist", [], False),
    ],
)
def test_operators_on_a_label_that_the_nodes_have(operator: str, values: list[str], fits: bool) -> None:
    assert (misfit(wanting([("eks-efa/pool", operator, values)]), OFFER) is None) == fits


@pytest.mark.parametrize(("operator", "fits"), [("Exists", False), ("In", False), ("DoesNotExist", True)])
def test_operators_on_a_label_that_they_do_not_have(operator: str, fits: bool) -> None:
    assert (misfit(wanting([("team", operator, ["a"])]), OFFER) is None) == fits


def test_labels_that_karpenter_knows_of_itself_are_left_to_it() -> None:
    assert misfit(gpu_pod("a", nodeSelector={"karpenter.k8s.aws/instance-family": "p4d"}), OFFER) is None


def test_some_instance_type_must_have_room_for_the_pod_alone() -> None:
    small = {**P4D, "vpc.amazonaws.com/efa": P4D["cpu"] * 0}
    assert misfit(gpu_pod("a"), replace(OFFER, capacities=[small, P4D])) is None
    without = misfit(gpu_pod("a"), replace(OFFER, capacities=[small]))
    assert without == "asks for more vpc.amazonaws.com/efa than a node has"


def test_a_resource_that_nobody_knows_of_is_left_to_karpenter() -> None:
    assert misfit(gpu_pod("a", asks={"hugepages-2Mi": "5120Mi"}), OFFER) is None


def test_a_provisioner_that_cannot_launch_fits_nobody() -> None:
    assert (
        misfit(gpu_pod("a"), replace(OFFER, reason="is at its limit of 4 nodes"))
        == "is at its limit of 4 nodes"
    )
