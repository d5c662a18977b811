from typing import Any

import pytest

from sandbox.world.errors import WorldError
from sandbox.world.pod_environment import container_environment

POD: dict[str, Any] = {
    "metadata": {
        "name": "karpenter-1",
        "namespace": "kube-system",
        "labels": {"app.kubernetes.io/name": "karpenter"},
    },
    "spec": {"nodeName": "node-a", "serviceAccountName": "karpenter"},
    "status": {"podIP": "10.0.0.9"},
}
RESOURCES = {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}
ALLOCATABLE = {"cpu": "3920m", "memory": "15Gi"}
DATA = {("configMap", "settings"): {"A": "1", "B": "2"}, ("secret", "keys"): {"token": "s3cret"}}


def environment(*variables: dict[str, Any], sources: tuple[dict[str, Any], ...] = ()) -> dict[str, str]:
    container = {"env": list(variables), "envFrom": list(sources), "resources": RESOURCES}
    return container_environment(POD, container, ALLOCATABLE, lambda kind, name: DATA.get((kind, name)))


def field(path: str) -> dict[str, Any]:
    return {"name": "X", "valueFrom": {"fieldRef": {"fieldPath": path}}}


def resource(name: str, divisor: str = "0") -> dict[str, Any]:
    return {"name": "X", "valueFrom": {"resourceFieldRef": {"resource": name, "divisor": divisor}}}


def test_values_are_taken_as_they_are() -> None:
    assert environment({"name": "CLUSTER_NAME", "value": "demo"}, {"name": "EMPTY"}) == {
        "CLUSTER_NAME": "demo",
        "EMPTY": "",
    }


@pytest.mark.parametrize(
    ("value", "expanded"),
    [("$(A)/b", "1/b"), ("$(NOBODY)", "$(NOBODY)"), ("$$(A)", "$(A)"), ("100%$", "100%$"), ("$A", "$A")],
)
def test_references_to_earlier_variables_are_expanded_as_kubelet_does(value: str, expanded: str) -> None:
    assert environment({"name": "A", "value": "1"}, {"name": "B", "value": value})["B"] == expanded


def test_a_later_variable_is_not_known_yet() -> None:
    assert environment({"name": "B", "value": "$(A)"}, {"name": "A", "value": "1"})["B"] == "$(A)"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.namespace", "kube-system"),
        ("metadata.name", "karpenter-1"),
        ("spec.nodeName", "node-a"),
        ("spec.serviceAccountName", "karpenter"),
        ("status.podIP", "10.0.0.9"),
        ("metadata.labels['app.kubernetes.io/name']", "karpenter"),
        ("metadata.annotations['none']", ""),
    ],
)
def test_fields_of_the_pod(path: str, value: str) -> None:
    assert environment(field(path))["X"] == value


@pytest.mark.parametrize(
    ("name", "divisor", "value"),
    [
        ("requests.cpu", "1m", "1000"),
        ("limits.memory", "0", str(2**30)),
        ("limits.memory", "1Mi", "1024"),
        ("limits.cpu", "1", "4"),
        ("limits.cpu", "1m", "3920"),
        ("requests.memory", "0", str(2**30)),
    ],
)
def test_resources_in_units_of_the_divisor_rounded_up_and_bounded_by_the_node(
    name: str, divisor: str, value: str
) -> None:
    assert environment(resource(name, divisor))["X"] == value


def test_config_maps_and_secrets_as_a_whole_with_a_prefix_and_by_key() -> None:
    reference = {"name": "T", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}}
    whole = {"prefix": "S_", "configMapRef": {"name": "settings"}}
    assert environment(reference, sources=(whole,)) == {"S_A": "1", "S_B": "2", "T": "s3cret"}


def test_what_is_missing_is_named_unless_it_is_optional() -> None:
    for kind in ("configMap", "secret"):
        with pytest.raises(WorldError, match=f"^none: no such {kind}; "):
            environment(sources=({f"{kind}Ref": {"name": "none"}},))
        assert environment(sources=({f"{kind}Ref": {"name": "none", "optional": True}},)) == {}
    with pytest.raises(WorldError, match=r"^karpenter-1: configMap settings has no key C"):
        environment({"name": "X", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "C"}}})
