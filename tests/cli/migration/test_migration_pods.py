from collections.abc import Sequence
from decimal import Decimal

import pytest
from lightkube.models.core_v1 import Container, ResourceRequirements
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement
from lightkube.models.policy_v1 import PodDisruptionBudget

from cli.migration.pods import obstacles, requests
from tests.cli.migration.scenes import budget, gpu_pod


def strict(selector: LabelSelector | None) -> PodDisruptionBudget:
    """A budget that never lets one of the pods it selects go."""
    wanted = budget(expected=1, desired=1, allowed=0)
    assert wanted.spec is not None
    wanted.spec.selector = selector
    return wanted


def is_protected(by: PodDisruptionBudget) -> bool:
    return [*obstacles(gpu_pod("a"), [by])] != []


def test_a_budget_of_another_namespace_protects_nothing_here() -> None:
    elsewhere = strict(LabelSelector(matchLabels={"app": "worker"}))
    assert is_protected(elsewhere)
    assert elsewhere.metadata is not None
    elsewhere.metadata.namespace = "other"
    assert not is_protected(elsewhere)


def test_an_empty_selector_is_for_every_pod_and_none_for_no_pod() -> None:
    assert is_protected(strict(LabelSelector()))
    assert not is_protected(strict(None))


@pytest.mark.parametrize(
    ("key", "operator", "values", "protects"),
    [
        ("app", "In", ["worker", "other"], True),
        ("app", "In", ["other"], False),
        ("app", "NotIn", ["other"], True),
        ("team", "NotIn", ["a"], True),
        ("app", "Exists", [], True),
        ("team", "Exists", [], False),
        ("team", "DoesNotExist", [], True),
    ],
)
def test_expressions_select_as_kubernetes_does(
    key: str, operator: str, values: Sequence[str], protects: bool
) -> None:
    expression = LabelSelectorRequirement(key=key, operator=operator, values=list(values))
    assert is_protected(strict(LabelSelector(matchExpressions=[expression]))) == protects


def container(cpu: str, limit: str | None = None, restart: str | None = None) -> Container:
    limits = {"cpu": limit} if limit else None
    resources = ResourceRequirements(requests={"cpu": cpu}, limits=limits)
    return Container(name=cpu, resources=resources, restartPolicy=restart)


def test_a_pod_asks_for_its_containers_together_or_for_the_largest_that_prepares_them() -> None:
    pod = gpu_pod("a", asks={"nvidia.com/gpu": "1"}, initContainers=[container("3"), container("500m")])
    assert pod.spec is not None
    pod.spec.containers += [container("1", limit="64"), container("1500m")]
    assert requests(pod) == {"cpu": Decimal(3), "nvidia.com/gpu": Decimal(1)}


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [([], [], "5"), (["2"], [], "5"), ([], ["2"], "5"), (["6"], [], "6"), ([], ["6"], "7")],
)
def test_a_sidecar_counts_beside_what_comes_after_it(before: list[str], after: list[str], asked: str) -> None:
    sidecar = container("1", restart="Always")
    prepare = [*map(container, before), sidecar, *map(container, after)]
    pod = gpu_pod("a", asks={"cpu": "4"}, initContainers=prepare)
    assert requests(pod) == {"cpu": Decimal(asked)}
