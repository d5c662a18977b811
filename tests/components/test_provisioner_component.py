from typing import Any

import pytest

from tests.components.pool_settings import RESERVATION, only, provisioner
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"


def _run(**changes: Any) -> Run:
    return run_program("dev", changes=only(provisioners=[provisioner(**changes)]))


def _node_class(**changes: Any) -> dict[str, Any]:
    return dict(_run(**changes).one(NODE_CLASS).inputs["spec"])


def _node_pool(**changes: Any) -> dict[str, Any]:
    return dict(_run(**changes).one(NODE_POOL).inputs["spec"])


def _requirement(spec: dict[str, Any], key: str) -> list[str]:
    (found,) = [each for each in spec["template"]["spec"]["requirements"] if each["key"] == key]
    assert found["operator"] == "In"
    return list(found["values"])


def test_a_node_pool_points_at_the_node_class_of_its_name() -> None:
    run = _run()
    assert run.one(NODE_CLASS).inputs["metadata"]["name"] == "elastic"
    assert run.one(NODE_POOL).inputs["metadata"]["name"] == "elastic"
    reference = run.one(NODE_POOL).inputs["spec"]["template"]["spec"]["nodeClassRef"]
    assert reference == {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "elastic"}


def test_subnet_and_security_groups_go_by_id() -> None:
    spec = _node_class(zone="us-west-2b")
    assert spec["subnetSelectorTerms"] == [{"id": "gpu-network-private-us-west-2b-id"}]
    assert spec["securityGroupSelectorTerms"] == [{"id": "sg-0cluster"}, {"id": "gpu-efa-group-id"}]


def test_nodes_have_the_node_role() -> None:
    assert _node_class()["role"] == "gpu-node-role-1a2b3c4"


@pytest.mark.parametrize(
    ("ami", "term"),
    [
        ({}, {"alias": "al2023@latest"}),
        ({"release": "v20260714"}, {"alias": "al2023@v20260714"}),
        ({"id": "ami-0fedcba9876543210"}, {"id": "ami-0fedcba9876543210"}),
    ],
)
def test_the_image_is_a_release_the_newest_or_given(ami: dict[str, str], term: dict[str, str]) -> None:
    spec = _node_class(ami=ami)
    assert spec["amiSelectorTerms"] == [term]
    assert spec["amiFamily"] == "AL2023"


def test_an_image_without_the_driver_installs_it() -> None:
    assert "shellscript" not in _node_class()["userData"]
    own = {"id": "ami-0fedcba9876543210", "installsEfa": False}
    assert "shellscript" in _node_class(ami=own)["userData"]


def test_the_disk_and_the_metadata_service_are_those_of_managed_groups() -> None:
    spec = _node_class()
    (mapping,) = spec["blockDeviceMappings"]
    assert mapping["deviceName"] == "/dev/xvda"
    assert (mapping["ebs"]["volumeSize"], mapping["ebs"]["encrypted"]) == ("200Gi", True)
    assert spec["metadataOptions"]["httpTokens"] == "required"
    assert spec["metadataOptions"]["httpPutResponseHopLimit"] == 1


def test_images_are_pulled_in_parallel_unless_the_settings_say_otherwise() -> None:
    assert '"FastImagePull": true' in _node_class()["userData"]
    assert "userData" not in _node_class(storage={"parallelImagePull": False})


def test_local_disks_hold_what_pods_write_where_a_type_has_any() -> None:
    assert _node_class()["instanceStorePolicy"] == "RAID0"
    mixed = _node_class(instanceTypes=["c5n.18xlarge", "g4dn.8xlarge"], efa="dynamic", taints=[])
    assert mixed["instanceStorePolicy"] == "RAID0"
    assert "instanceStorePolicy" not in _node_class(storage={"instanceStore": "unused"})
    assert "instanceStorePolicy" not in _node_class(instanceTypes=["c5n.18xlarge"], taints=[])


@pytest.mark.parametrize("efa", ["dynamic", "none"])
def test_only_a_static_layout_names_interfaces(efa: str) -> None:
    assert "networkInterfaces" not in _node_class(efa=efa)


def test_karpenters_own_tags_are_left_to_karpenter() -> None:
    tags = _node_class()["tags"]
    assert tags["eks-efa/pool"] == "elastic"
    assert tags["eks-efa/stack"] == "dev"
    assert not any(key.startswith(("karpenter.sh/", "kubernetes.io/cluster", "eks:")) for key in tags)


def test_a_provisioner_makes_its_placement_group_and_selects_it_by_name() -> None:
    assert _node_class()["placementGroupSelector"] == {
        "name": "gpu-karpenter-elastic-placement-group-1a2b3c4"
    }
    assert _node_class(placementGroup="ours")["placementGroupSelector"] == {"name": "ours"}
    assert "placementGroupSelector" not in _node_class(placementGroup=False)


@pytest.mark.parametrize("bought", ["reserved", "capacity-block"])
def test_reservations_are_selected_by_id_and_bring_their_own_placement(bought: str) -> None:
    run = _run(capacityTypes=[bought], reservationIds=[RESERVATION], zone="us-west-2a")
    spec = run.one(NODE_CLASS).inputs["spec"]
    assert spec["capacityReservationSelectorTerms"] == [{"id": RESERVATION}]
    assert "placementGroupSelector" not in spec
    assert _requirement(run.one(NODE_POOL).inputs["spec"], "karpenter.sh/capacity-type") == ["reserved"]


def test_a_node_pool_buys_what_the_settings_list_in_one_zone() -> None:
    spec = _node_pool(
        instanceTypes=["g6.48xlarge", "g5.48xlarge"],
        efa="dynamic",
        capacityTypes=["spot", "on-demand"],
        zone="us-west-2b",
    )
    assert _requirement(spec, "node.kubernetes.io/instance-type") == ["g6.48xlarge", "g5.48xlarge"]
    assert _requirement(spec, "karpenter.sh/capacity-type") == ["spot", "on-demand"]
    assert _requirement(spec, "topology.kubernetes.io/zone") == ["us-west-2b"]
    assert _requirement(spec, "kubernetes.io/arch") == ["amd64"]
    assert _requirement(spec, "kubernetes.io/os") == ["linux"]


def test_by_default_no_job_is_moved_or_cut_short() -> None:
    spec = _node_pool()
    assert spec["disruption"] == {
        "consolidationPolicy": "WhenEmpty",
        "consolidateAfter": "5m",
        "budgets": [
            {"nodes": "10%", "reasons": ["Empty", "Underutilized"]},
            {"nodes": "0", "reasons": ["Drifted"]},
        ],
    }
    assert spec["template"]["spec"]["expireAfter"] == "Never"


def test_no_budget_counts_for_reasons_that_a_newer_karpenter_brings() -> None:
    budgets = _node_pool(disruption={"budget": "0"})["disruption"]["budgets"]
    assert all("Unhealthy" not in budget["reasons"] for budget in budgets)


def test_disruption_is_what_the_settings_say() -> None:
    spec = _node_pool(disruption={"consolidateAfter": "30s", "budget": "0", "drift": "1"})
    assert spec["disruption"]["consolidateAfter"] == "30s"
    assert [each["nodes"] for each in spec["disruption"]["budgets"]] == ["0", "1"]


def test_pods_get_all_the_time_they_need_unless_the_settings_say_how_much() -> None:
    assert "terminationGracePeriod" not in _node_pool()["template"]["spec"]
    spec = _node_pool(disruption={"terminationGracePeriod": "1h"})
    assert spec["template"]["spec"]["terminationGracePeriod"] == "1h"


def test_there_is_always_a_most_number_of_nodes() -> None:
    assert _node_pool(maxNodes=7)["limits"] == {"nodes": "7"}
    limits = {"cpu": "1000", "memory": "4000Gi", "gpus": 16, "nodes": 2}
    assert _node_pool(limits=limits)["limits"] == {
        "nodes": "2",
        "cpu": "1000",
        "memory": "4000Gi",
        "nvidia.com/gpu": "16",
    }


def test_nodes_carry_the_name_of_their_provisioner_and_its_taints() -> None:
    spec = _node_pool(labels={"team": "vision"}, taints=[{"key": "team"}], weight=10)
    assert spec["template"]["metadata"]["labels"] == {
        "team": "vision",
        "eks-efa/pool": "elastic",
        "eks-efa/nvidia": "true",
        "eks-efa/efa": "true",
    }
    assert spec["template"]["spec"]["taints"] == [{"key": "team", "effect": "NoSchedule"}]
    assert spec["weight"] == 10


def test_no_startup_taint_waits_for_somebody_to_remove_it() -> None:
    assert "startupTaints" not in _node_pool()["template"]["spec"]


def test_a_deleted_node_pool_is_gone_when_its_last_node_is() -> None:
    metadata = _run().one(NODE_POOL).inputs["metadata"]
    assert metadata["annotations"] == {"pulumi.com/deletionPropagationPolicy": "foreground"}


def test_two_layouts_are_two_provisioners() -> None:
    pools = [provisioner(), provisioner(name="bigger", instanceTypes=["p5.48xlarge"])]
    run = run_program("dev", changes=only(provisioners=pools))
    counts = {
        each.inputs["metadata"]["name"]: len(each.inputs["spec"]["networkInterfaces"])
        for each in run.of_type(NODE_CLASS)
    }
    assert counts == {"elastic": 5, "bigger": 33}
