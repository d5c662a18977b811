"""What the program works out before its first resource."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from components.stack_plan import plan_stack
from knowledge.efa_interfaces import efa_count
from knowledge.hardware import InstanceType
from settings.facts import SubnetFacts, VpcFacts
from settings.tree import Settings
from tests.components.fake_account import ACCOUNT_ID, REGION, ZONES
from tests.components.pool_settings import node_group, provisioner
from tests.knowledge.moto_instance_types import described


class _Facts:
    """Facts from a table; `absent` names parameters and addons that are not there."""

    def __init__(self, absent: str = "", partition: str = "aws", only_in: str = "") -> None:
        self.region, self.account_id, self.partition = REGION, ACCOUNT_ID, partition
        self._absent, self._only_in = absent, only_in

    def zones(self) -> Mapping[str, str]:
        return ZONES

    def instance_type(self, name: str) -> InstanceType | None:
        return described(name)

    def offered_zones(self, name: str) -> tuple[str, ...]:
        return (self._only_in,) if self._only_in else tuple(ZONES)

    def instance_type_names(self) -> tuple[str, ...]:
        return ()

    def efa_instance_type_names(self) -> tuple[str, ...]:
        return ()

    def vpc(self, vpc_id: str) -> VpcFacts | None:
        return None

    def subnet(self, subnet_id: str) -> SubnetFacts | None:
        return None

    def parameter(self, name: str) -> str | None:
        return None if self._absent and self._absent in name else f"image of {name}"

    def default_addon_version(self, addon_name: str, kubernetes_version: str) -> str | None:
        return None if addon_name == self._absent else f"v1.2.3-eksbuild.1 of {kubernetes_version}"


def _settings(**branches: Any) -> Settings:
    return Settings.model_validate_json(json.dumps({"cluster": {"name": "train"}, **branches}))


def test_an_image_that_is_not_there_is_refused_with_its_place_and_its_cure() -> None:
    settings = _settings(nodeGroups=[node_group(), node_group(name="b", ami={"release": "v20990101"})])
    with pytest.raises(pulumi.RunError) as refused:
        plan_stack("dev", settings, _Facts(absent="v20990101"))
    heading, fault = str(refused.value).split("\n")
    assert heading.startswith("1 fault")
    assert fault.strip() == (
        "nodeGroups[1].ami: there is no nvidia image v20990101 for Kubernetes 1.35; "
        "releases: https://github.com/awslabs/amazon-eks-ami/releases; name another release or leave it out"
    )


def test_an_addon_that_eks_does_not_have_is_refused() -> None:
    with pytest.raises(
        pulumi.RunError, match=r"cluster\.addons: EKS has no addon coredns for Kubernetes 1\.35"
    ):
        plan_stack("dev", _settings(), _Facts(absent="coredns"))


def test_every_fault_is_reported_at_once() -> None:
    settings = _settings(nodeGroups=[node_group(), node_group(name="b")])
    with pytest.raises(pulumi.RunError) as refused:
        plan_stack("dev", settings, _Facts(absent="nvidia"))
    _, *faults = str(refused.value).split("\n")
    assert [fault.split(":")[0].strip() for fault in faults] == ["nodeGroups[0].ami", "nodeGroups[1].ami"]


def test_addons_get_the_version_that_eks_recommends_unless_one_is_named() -> None:
    settings = _settings(cluster={"name": "train", "addons": {"coredns": "v1.11.4-eksbuild.2"}})
    versions = plan_stack("dev", settings, _Facts()).addon_versions
    assert versions["coredns"] == "v1.11.4-eksbuild.2"
    assert versions["vpc-cni"] == "v1.2.3-eksbuild.1 of 1.35"


def test_pools_without_a_zone_go_where_their_types_are_offered() -> None:
    settings = _settings(nodeGroups=[node_group()], provisioners=[provisioner()])
    plan = plan_stack("dev", settings, _Facts(only_in="us-west-2b"))
    assert plan.node_groups[0].zone == plan.provisioners[0].zone == "us-west-2b"


@pytest.mark.parametrize(("efa", "devices"), [("static", 4), ("dynamic", 4), ("none", 0)])
def test_a_provisioner_knows_how_many_efa_devices_its_nodes_have(efa: str, devices: int) -> None:
    plan = plan_stack("dev", _settings(provisioners=[provisioner(efa=efa)]), _Facts())
    assert [efa_count(interfaces) for interfaces in plan.provisioners[0].interfaces] == [devices]


def test_names_follow_the_partition() -> None:
    assert plan_stack("dev", _settings(), _Facts(partition="aws-cn")).context.dns_suffix == "amazonaws.com.cn"
    assert (
        plan_stack("dev", _settings(), _Facts(partition="aws-us-gov")).context.dns_suffix == "amazonaws.com"
    )


def test_production_keys_can_be_had_back_for_longest() -> None:
    dev, prod = (plan_stack("x", _settings(environment=each), _Facts()).context for each in ("dev", "prod"))
    assert (dev.key_deletion_days, prod.key_deletion_days) == (7, 30)
