from decimal import Decimal
from typing import Any

import pytest
from lightkube.generic_resource import Generic
from lightkube.models.meta_v1 import ObjectMeta

from cli.migration.groups import Aws
from cli.migration.look import allowed_labels, at_its_limit, capacity, offers
from knowledge.hardware import InstanceType
from settings.tree import Settings
from tests.knowledge.moto_instance_types import described


def pool(**parts: Any) -> Generic:
    return Generic(metadata=ObjectMeta(name="p4d"), **parts)


def template(requirements: list[dict[str, Any]], labels: dict[str, str]) -> dict[str, Any]:
    return {"template": {"metadata": {"labels": labels}, "spec": {"requirements": requirements}}}


def test_labels_come_from_the_template_the_requirements_and_the_pool_itself() -> None:
    requirements = [
        {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]},
        {"key": "karpenter.k8s.aws/instance-generation", "operator": "Gt", "values": ["4"]},
    ]
    assert allowed_labels(pool(spec=template(requirements, {"eks-efa/pool": "p4d"}))) == {
        "topology.kubernetes.io/zone": {"a", "b"},
        "eks-efa/pool": {"p4d"},
        "karpenter.sh/nodepool": {"p4d"},
    }


@pytest.mark.parametrize(
    ("limits", "used", "full"),
    [
        ({"nodes": "4"}, {"nodes": "3"}, None),
        ({"nodes": "4"}, {"nodes": "4"}, "is at its limit of 4 nodes"),
        ({"nodes": "4"}, {}, None),
        ({"nvidia.com/gpu": "8"}, {"nvidia.com/gpu": "8"}, "is at its limit of 8 nvidia.com/gpu"),
        ({"nodes": "1k"}, {"nodes": "999"}, None),
        ({"nodes": "1k"}, {"nodes": "1000"}, "is at its limit of 1k nodes"),
        ({}, {"nodes": "9"}, None),
    ],
)
def test_a_pool_is_full_when_its_nodes_or_gpus_are(
    limits: dict[str, str], used: dict[str, str], full: str | None
) -> None:
    assert at_its_limit(pool(spec={"limits": limits}, status={"resources": used})) == full


def test_a_node_without_efa_offers_no_interface() -> None:
    p4d = described("p4d.24xlarge")
    assert capacity(p4d, efa=True)["vpc.amazonaws.com/efa"] == Decimal(4)
    assert capacity(p4d, efa=False)["vpc.amazonaws.com/efa"] == Decimal(0)
    assert capacity(p4d, efa=False)["nvidia.com/gpu"] == Decimal(8)


class TwoTypes(Aws):
    """An EC2 that knows what moto knows."""

    def instance_types(self, names: list[str]) -> list[InstanceType]:
        return [described(name) for name in names]


def test_an_offer_has_the_capacity_of_each_type_and_says_what_keeps_it_from_launching() -> None:
    types = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["p4d.24xlarge"]}
    ready = {"conditions": [{"type": "Ready", "status": "True", "message": ""}], "resources": {"nodes": "4"}}
    full = pool(spec={**template([types], {}), "limits": {"nodes": "4"}}, status=ready)
    settings = Settings.model_validate_json('{"cluster": {"name": "train"}}')
    (offer,) = offers([full], settings, TwoTypes(None, None, None))
    assert [each["nvidia.com/gpu"] for each in offer.capacities] == [Decimal(8)]
    assert [each["vpc.amazonaws.com/efa"] for each in offer.capacities] == [Decimal(4)]
    assert offer.reason == "is at its limit of 4 nodes"
    (new,) = offers([pool(spec=template([types], {}))], settings, TwoTypes(None, None, None))
    assert new.reason == "Karpenter has not looked at it yet"


def test_a_pool_that_chooses_by_something_else_than_types_is_not_relied_on() -> None:
    families = {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["m6i"]}
    ready = {"conditions": [{"type": "Ready", "status": "True", "message": ""}]}
    settings = Settings.model_validate_json('{"cluster": {"name": "train"}}')
    theirs = pool(spec=template([families], {}), status=ready)
    (offer,) = offers([theirs], settings, TwoTypes(None, None, None))
    assert offer.reason == "names no instance types: what its nodes hold is unknown"
