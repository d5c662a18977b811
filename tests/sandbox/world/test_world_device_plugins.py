"""Which device plugins a cluster has: by their charts on record, and by DaemonSets that are there."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.daemon_pods import comes_to
from sandbox.world.device_plugins import (
    DevicePlugin,
    plugin_of_chart,
    recorded_plugins,
    running_plugins,
)

GPU, EFA = "nvidia.com/gpu", "vpc.amazonaws.com/efa"


def daemon_set(*images: str, **pod: Any) -> dict[str, Any]:
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    return {"spec": {"template": {"spec": {"containers": containers, **pod}}}}


def test_a_chart_on_record_is_the_plugin_it_would_have_made(tmp_path: Path) -> None:
    selector = {"nodeSelector": {"gpu": "yes"}, "affinity": {}, "tolerations": [{"operator": "Exists"}]}
    records = {
        "plugin": {"chart": "nvidia-device-plugin", "values": {**selector, "migStrategy": "none"}},
        "monitoring": {"chart": "kube-prometheus-stack", "values": {}},
    }
    for name, record in records.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(record))
    assert recorded_plugins(tmp_path) == (DevicePlugin(GPU, selector),)


def test_without_a_folder_of_charts_there_is_no_plugin(tmp_path: Path) -> None:
    assert recorded_plugins(tmp_path / "charts") == ()


def test_the_efa_chart_selects_by_any_of_its_labels() -> None:
    values = {"supportedInstanceLabels": {"keys": ["a", "b"], "values": ["yes"]}}
    plugin = plugin_of_chart("aws-efa-k8s-device-plugin", values)
    assert plugin and plugin.resource == EFA
    found = [comes_to(plugin.pod, labels, ()) for labels in ({"a": "yes"}, {"b": "yes"}, {"c": "yes"})]
    assert found == [True, True, False]


@pytest.mark.parametrize("chart", ["nvidia-device-plugin", "aws-efa-k8s-device-plugin"])
def test_a_chart_that_is_not_told_where_goes_nowhere(chart: str) -> None:
    plugin = plugin_of_chart(chart, {"tolerations": [{"operator": "Exists"}]})
    assert plugin and not comes_to(plugin.pod, {"node.kubernetes.io/instance-type": "p5.48xlarge"}, ())


@pytest.mark.parametrize(
    ("image", "resource"),
    [
        ("nvcr.io/nvidia/k8s-device-plugin:v0.18.2", GPU),
        ("nvcr.io/nvidia/k8s-device-plugin@sha256:0123", GPU),
        ("602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/aws-efa-k8s-device-plugin:v0.5.20", EFA),
        ("localhost:5000/k8s-device-plugin", GPU),
        ("public.ecr.aws/neuron/neuron-device-plugin:2.26", "aws.amazon.com/neuron"),
    ],
)
def test_a_daemon_set_of_anybody_is_known_by_its_image(image: str, resource: str) -> None:
    (found,) = running_plugins([daemon_set("sidecar:1", image, nodeSelector={"gpu": "yes"})])
    assert found.resource == resource
    assert (comes_to(found.pod, {"gpu": "yes"}, ()), comes_to(found.pod, {}, ())) == (True, False)


def test_a_daemon_set_of_something_else_announces_nothing() -> None:
    assert running_plugins([daemon_set("fluent-bit:3"), daemon_set("nvidia/dcgm-exporter:4.5.3-4.8.2")]) == ()
