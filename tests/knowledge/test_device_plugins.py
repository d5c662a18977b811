"""The labels by which device plugins find their nodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.device_plugins import device_labels
from knowledge.efa_interfaces import efa_count, plan_interfaces
from knowledge.hardware import InstanceType
from knowledge.karpenter_dynamic import dynamic_plan
from tests.knowledge.moto_instance_types import any_type, descriptions, efa_type_names

NVIDIA, EFA = {"eks-efa/nvidia": "true"}, {"eks-efa/efa": "true"}


@pytest.mark.parametrize(
    ("instance_type", "efa", "labels"),
    [
        ("p5.48xlarge", True, NVIDIA | EFA),
        ("p5.48xlarge", False, NVIDIA),
        ("g5.xlarge", True, NVIDIA),
        ("c5n.18xlarge", True, EFA),
        ("trn1.32xlarge", True, EFA),
        ("m6i.large", True, {}),
    ],
)
def test_a_pool_is_labelled_by_what_its_nodes_have(
    instance_type: str, efa: bool, labels: dict[str, str]
) -> None:
    known = any_type(instance_type)
    assert device_labels([known], [plan_interfaces(known, efa=efa)]) == labels


def test_nodes_that_get_efa_when_a_pod_asks_are_labelled_from_the_start() -> None:
    g5 = any_type("g5.8xlarge")
    assert device_labels([g5], [dynamic_plan(g5)]) == NVIDIA | EFA


def test_a_pool_of_several_types_has_what_one_of_them_has() -> None:
    types = [any_type("m6i.large"), any_type("p4d.24xlarge")]
    assert device_labels(types, [plan_interfaces(each, efa=True) for each in types]) == NVIDIA | EFA


@given(st.sampled_from(efa_type_names()), st.booleans())
def test_every_node_with_a_device_has_the_label_of_its_plugin_and_no_other_has(name: str, efa: bool) -> None:
    known = InstanceType.from_description(descriptions()[name])
    layout = plan_interfaces(known, efa=efa)
    labels = device_labels([known], [layout])
    assert ("eks-efa/efa" in labels) == (efa_count(layout) > 0)
    assert ("eks-efa/nvidia" in labels) == (known.gpu_manufacturer == "NVIDIA")
