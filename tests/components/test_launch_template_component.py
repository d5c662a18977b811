import base64
import json
from typing import Any

import pytest

from tests.components.pool_settings import RESERVATION, node_group, only, provisioner
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"

Interface = tuple[int, int, str]


def _of_group(**changes: Any) -> tuple[dict[str, Any], dict[str, Any], Run]:
    run = run_program("dev", changes=only(node_groups=[node_group(**changes)]))
    template = run.one(TEMPLATE, "train-launch-template").inputs
    return template, run.one(NODE_GROUP, "train-node-group").inputs, run


def _of_template(template: dict[str, Any]) -> list[Interface]:
    return [
        (int(each["networkCardIndex"]), int(each["deviceIndex"]), each["interfaceType"])
        for each in template["networkInterfaces"]
    ]


@pytest.mark.parametrize("name", ["p4d.24xlarge", "p5.48xlarge", "p5en.48xlarge", "g5.48xlarge"])
def test_a_launch_template_and_a_node_class_have_the_same_interfaces(name: str) -> None:
    changes = only(
        node_groups=[node_group(instanceType=name)], provisioners=[provisioner(instanceTypes=[name])]
    )
    run = run_program("dev", changes=changes)
    spec = run.one(NODE_CLASS).inputs["spec"]
    of_node_class = [
        (int(each["networkCardIndex"]), int(each["deviceIndex"]), each["interfaceType"])
        for each in spec["networkInterfaces"]
    ]
    assert _of_template(run.one(TEMPLATE, "train-launch-template").inputs) == of_node_class


def test_p4d_has_one_interface_for_addresses_and_an_efa_on_each_of_its_four_cards() -> None:
    template, _, _ = _of_group()
    assert _of_template(template) == [
        (0, 0, "interface"),
        (0, 1, "efa-only"),
        (1, 0, "efa-only"),
        (2, 0, "efa-only"),
        (3, 0, "efa-only"),
    ]


def test_every_interface_is_in_the_clusters_group_and_in_the_efa_group() -> None:
    template, _, _ = _of_group()
    for interface in template["networkInterfaces"]:
        assert interface["securityGroups"] == ["sg-0cluster", "gpu-efa-group-id"]


def test_efa_off_leaves_a_single_plain_interface() -> None:
    template, _, _ = _of_group(efa=False)
    assert _of_template(template) == [(0, 0, "interface")]


def test_nothing_stands_in_a_template_that_eks_refuses_there(built: Run) -> None:
    for template in built.of_type(TEMPLATE):
        assert "iamInstanceProfile" not in template.inputs
        interfaces = template.inputs.get("networkInterfaces", [])
        assert not any("subnetId" in interface for interface in interfaces)
        assert not (interfaces and "vpcSecurityGroupIds" in template.inputs)


def test_instance_metadata_is_for_the_node_and_by_token_only(built: Run) -> None:
    for template in built.of_type(TEMPLATE):
        options = template.inputs["metadataOptions"]
        assert options == {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1}


def test_the_root_volume_is_200_gib_of_encrypted_gp3() -> None:
    template, _, _ = _of_group()
    (mapping,) = template["blockDeviceMappings"]
    assert mapping["deviceName"] == "/dev/xvda"
    assert mapping["ebs"]["volumeSize"] == 200
    assert (mapping["ebs"]["volumeType"], mapping["ebs"]["encrypted"]) == ("gp3", "true")


def test_a_disk_is_as_fast_in_a_launch_template_as_in_a_node_class() -> None:
    storage = {"iops": 8000, "throughput": 2000}
    changes = only(node_groups=[node_group(storage=storage)], provisioners=[provisioner(storage=storage)])
    run = run_program("dev", changes=changes)
    (of_group,) = run.one(TEMPLATE, "train-launch-template").inputs["blockDeviceMappings"]
    (of_class,) = run.one(NODE_CLASS).inputs["spec"]["blockDeviceMappings"]
    for mapping in (of_group, of_class):
        assert (mapping["ebs"]["iops"], mapping["ebs"]["throughput"]) == (8000, 2000)


def test_the_disk_of_system_nodes_has_what_comes_with_it() -> None:
    (mapping,) = run_program("dev").one(TEMPLATE, "system-launch-template").inputs["blockDeviceMappings"]
    assert {"iops", "throughput"}.isdisjoint(mapping["ebs"])


def test_a_node_joins_its_local_disks_and_pulls_images_in_parallel() -> None:
    def told(**changes: Any) -> dict[str, Any]:
        text = base64.b64decode(_of_group(**changes)[0]["userData"]).decode()
        spec: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])["spec"]
        return spec

    assert told()["instance"] == {"localStorage": {"strategy": "RAID0"}}
    assert told()["featureGates"] == {"FastImagePull": True}
    assert "instance" not in told(instanceType="c5n.18xlarge")
    plain = told(storage={"instanceStore": "unused", "parallelImagePull": False})
    assert {"instance", "featureGates"}.isdisjoint(plain)


def test_instances_volumes_and_interfaces_are_tagged(built: Run) -> None:
    for template in built.of_type(TEMPLATE):
        specifications = {each["resourceType"]: each["tags"] for each in template.inputs["tagSpecifications"]}
        assert set(specifications) == {"instance", "volume", "network-interface"}
        assert all(tags["eks-efa/stack"] for tags in specifications.values())


def test_a_gpu_node_says_in_its_tags_which_group_it_is_of() -> None:
    template, _, _ = _of_group()
    assert all(each["tags"]["eks-efa/pool"] == "train" for each in template["tagSpecifications"])


def test_the_newest_version_is_the_default_and_the_one_the_group_runs() -> None:
    template, group, _ = _of_group()
    assert template["updateDefaultVersion"] is True
    assert group["launchTemplate"] == {"id": "gpu-train-launch-template-id", "version": "1"}


def test_the_image_is_the_one_systems_manager_names_unless_given() -> None:
    looked_up, _, _ = _of_group()
    given, _, _ = _of_group(ami={"id": "ami-0fedcba9876543210"})
    assert looked_up["imageId"].startswith("ami-")
    assert given["imageId"] == "ami-0fedcba9876543210"


def test_the_image_of_the_settings_release_is_looked_up() -> None:
    older, newer = (_of_group(ami={"release": release})[0] for release in ("v20260609", "v20260714"))
    assert older["imageId"] != newer["imageId"]


def test_a_node_boots_with_all_it_needs_to_join_its_cluster() -> None:
    template, _, _ = _of_group(labels={"team": "vision"})
    user_data = base64.b64decode(template["userData"]).decode()
    config = json.loads(user_data[user_data.index("{") : user_data.rindex("}") + 1])["spec"]
    assert config["cluster"]["apiServerEndpoint"] == "https://cluster.test"
    assert config["cluster"]["certificateAuthority"] == "Q0E="
    labels, taints = config["kubelet"]["flags"]
    assert "eks-efa/pool=train" in labels
    assert "team=vision" in labels
    assert taints == "--register-with-taints=nvidia.com/gpu=true:NoSchedule"


def test_an_efa_only_interface_on_card_0_takes_its_share_of_the_pods() -> None:
    def most_pods(**changes: Any) -> int:
        template, _, _ = _of_group(**changes)
        text = base64.b64decode(template["userData"]).decode()
        return int(
            json.loads(text[text.index("{") : text.rindex("}") + 1])["spec"]["kubelet"]["config"]["maxPods"]
        )

    assert most_pods() < most_pods(efa=False)


def test_only_an_image_without_the_driver_gets_an_installation_step() -> None:
    own = {"id": "ami-0fedcba9876543210"}
    with_driver, _, _ = _of_group(ami=own)
    without, _, _ = _of_group(ami={**own, "installsEfa": False})
    assert "shellscript" not in base64.b64decode(with_driver["userData"]).decode()
    assert "shellscript" in base64.b64decode(without["userData"]).decode()


def test_a_capacity_block_is_a_market_of_its_own() -> None:
    template, group, run = _of_group(
        capacityType="capacity-block", reservationId=RESERVATION, zone="us-west-2a"
    )
    assert template["instanceMarketOptions"] == {"marketType": "capacity-block"}
    assert _reservation(template) == RESERVATION
    assert template["instanceType"] == "p4d.24xlarge"
    assert group["capacityType"] == "CAPACITY_BLOCK"
    assert not run.of_type("aws:ec2/placementGroup:PlacementGroup")


def test_a_reservation_is_targeted_and_bought_on_demand() -> None:
    template, group, run = _of_group(capacityType="reserved", reservationId=RESERVATION, zone="us-west-2a")
    assert "instanceMarketOptions" not in template
    assert _reservation(template) == RESERVATION
    assert group["capacityType"] == "ON_DEMAND"
    assert not run.of_type("aws:ec2/placementGroup:PlacementGroup")


def test_nodes_are_close_to_each_other_unless_told_otherwise() -> None:
    close, _, run = _of_group()
    assert run.one("aws:ec2/placementGroup:PlacementGroup").inputs["strategy"] == "cluster"
    assert close["placement"] == {"groupName": "gpu-train-placement-group-1a2b3c4"}
    existing, _, run = _of_group(placementGroup="ours")
    assert existing["placement"] == {"groupName": "ours"}
    assert not run.of_type("aws:ec2/placementGroup:PlacementGroup")
    apart, _, run = _of_group(placementGroup=False)
    assert "placement" not in apart
    assert not run.of_type("aws:ec2/placementGroup:PlacementGroup")


def test_a_key_pair_is_there_only_when_asked_for() -> None:
    assert "keyName" not in _of_group()[0]
    assert _of_group(keyPair="mine")[0]["keyName"] == "mine"


def _reservation(template: dict[str, Any]) -> str:
    target = template["capacityReservationSpecification"]["capacityReservationTarget"]
    return str(target["capacityReservationId"])
