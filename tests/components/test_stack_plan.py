"""What the program works out before its first resource."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.stack_plan import NewClusterPlan, plan_stack
from knowledge.efa_interfaces import efa_count
from knowledge.mpi_operator import DEFAULT_MPI_OPERATOR, MPI_OPERATOR_MANIFESTS, PublishedManifest
from settings.facts import FactsError
from settings.tree import Settings
from tests.components.fake_account import REGION
from tests.components.pool_settings import node_group, provisioner
from tests.settings.region_table import RegionTable

PINNED = ("vpcCni", "kubeProxy", "coredns", "podIdentityAgent", "ebsCsiDriver")
"""Every addon, by its key in the settings."""


class _Facts(RegionTable):
    """Facts from a table; `absent` names parameters and addons that are not there."""

    def __init__(self, absent: str = "", partition: str = "aws", only_in: str = "") -> None:
        super().__init__(everything=True)
        self.partition = partition
        self._absent, self._only_in = absent, only_in

    def offered_zones(self, name: str) -> tuple[str, ...]:
        return (self._only_in,) if self._only_in else super().offered_zones(name)

    def parameter(self, name: str) -> str | None:
        return None if self._absent and self._absent in name else f"image of {name}"

    def default_addon_version(self, addon_name: str, kubernetes_version: str) -> str | None:
        return None if addon_name == self._absent else f"v1.2.3-eksbuild.1 of {kubernetes_version}"


def _settings(**branches: Any) -> Settings:
    without_operator = {"cluster": {"name": "train"}, "mpiOperator": {"enabled": False}}
    return Settings.model_validate_json(json.dumps({**without_operator, **branches}))


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


class _FactsThatMayNotBeRead(_Facts):
    def parameter(self, name: str) -> str | None:
        raise FactsError("not authorized to read parameters")

    def default_addon_version(self, addon_name: str, kubernetes_version: str) -> str | None:
        raise FactsError("not authorized to read versions")


@pytest.mark.parametrize(
    ("addons", "what"),
    [
        ({}, "not authorized to read versions"),
        (dict.fromkeys(PINNED, "v1.20.4-eksbuild.1"), "not authorized to read parameters"),
    ],
)
def test_a_version_or_an_image_that_may_not_be_looked_up_is_one_line(
    addons: dict[str, str], what: str
) -> None:
    settings = _settings(cluster={"name": "train", "addons": addons}, nodeGroups=[node_group()])
    with pytest.raises(pulumi.RunError) as refused:
        plan_stack("dev", settings, _FactsThatMayNotBeRead())
    assert str(refused.value).splitlines()[1:] == [
        f"  aws:region: AWS in {REGION} cannot be asked: {what}; "
        "check the region, your credentials and what they may do"
    ]


def test_every_fault_is_reported_at_once() -> None:
    settings = _settings(nodeGroups=[node_group(), node_group(name="b")])
    with pytest.raises(pulumi.RunError) as refused:
        plan_stack("dev", settings, _Facts(absent="nvidia"))
    _, *faults = str(refused.value).split("\n")
    assert [fault.split(":")[0].strip() for fault in faults] == ["nodeGroups[0].ami", "nodeGroups[1].ami"]


def test_addons_get_the_version_that_eks_recommends_unless_one_is_named() -> None:
    settings = _settings(cluster={"name": "train", "addons": {"coredns": "v1.11.4-eksbuild.2"}})
    cluster = plan_stack("dev", settings, _Facts()).cluster
    assert isinstance(cluster, NewClusterPlan)
    versions = cluster.addon_versions
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


def test_an_operator_whose_manifest_cannot_be_had_is_refused_with_the_place_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path))
    nowhere = PublishedManifest("https://127.0.0.1:1/operator.yaml", "ab12")
    monkeypatch.setitem(MPI_OPERATOR_MANIFESTS, DEFAULT_MPI_OPERATOR, nowhere)
    with pytest.raises(pulumi.RunError) as caught:
        plan_stack("dev", _settings(mpiOperator={"enabled": True}), _Facts())
    assert "\n  mpiOperator: https://127.0.0.1:1/operator.yaml cannot be read: " in str(caught.value)
    assert str(caught.value).endswith(f"put the file at {tmp_path}/manifests/ab12.yaml")


def test_a_stack_without_the_operator_needs_no_manifest() -> None:
    assert plan_stack("dev", _settings(), _Facts()).mpi_operator_manifest is None
