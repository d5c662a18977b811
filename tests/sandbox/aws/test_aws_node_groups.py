"""Managed node groups: instances as Auto Scaling would launch, keep, replace and end them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

P4D = [(0, 0, "interface"), (0, 1, "efa-only"), (1, 0, "efa-only"), (2, 0, "efa-only"), (3, 0, "efa-only")]


@pytest.fixture
def group(aws: Any, network: Any, cluster: str, role: Any) -> Callable[..., dict[str, Any]]:
    """Creates a node group named `gpu`; every argument of CreateNodegroup can be given."""

    def create(desired: int = 1, **more: Any) -> dict[str, Any]:
        given = {
            "clusterName": cluster,
            "nodegroupName": "gpu",
            "nodeRole": more.pop("nodeRole", None) or role("node"),
            "subnets": list(network.subnets.values()),
            "scalingConfig": {"minSize": 0, "maxSize": 10, "desiredSize": desired},
            **more,
        }
        answer: dict[str, Any] = aws.eks.create_nodegroup(**given)["nodegroup"]
        return answer

    return create


@pytest.fixture
def efa_template(aws: Any, network: Any) -> Callable[..., dict[str, str]]:
    """Makes a launch template fit for a managed group and returns how a group refers to it."""

    def make(**more: Any) -> dict[str, str]:
        interfaces = [
            {
                "NetworkCardIndex": card,
                "DeviceIndex": device,
                "InterfaceType": kind,
                "Groups": [network.group_id],
            }
            for card, device, kind in P4D
        ]
        made = aws.ec2.create_launch_template(
            LaunchTemplateName="gpu", LaunchTemplateData={"NetworkInterfaces": interfaces, **more}
        )["LaunchTemplate"]
        return {"id": made["LaunchTemplateId"], "version": "1"}

    return make


def described(aws: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.eks.describe_nodegroup(clusterName="train", nodegroupName="gpu")["nodegroup"]
    return answer


def scale(aws: Any, desired: int) -> None:
    scaling = {"desiredSize": desired}
    aws.eks.update_nodegroup_config(clusterName="train", nodegroupName="gpu", scalingConfig=scaling)


def test_an_efa_group_launches_the_templates_interfaces(
    aws: Any, network: Any, group: Any, efa_template: Any
) -> None:
    made = group(
        subnets=[network.subnets["us-west-2b"]],
        launchTemplate=efa_template(
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}]
        ),
        instanceTypes=["p4d.24xlarge"],
        amiType="AL2023_x86_64_NVIDIA",
        labels={"eks-efa/pool": "gpu"},
        taints=[{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
    )
    assert made["status"] == "ACTIVE"
    [instance] = aws.instances()
    assert [(one["card"], one["device"], one["type"]) for one in instance["interfaces"]] == P4D
    assert (instance["cluster"], instance["node_group"], instance["zone"]) == ("train", "gpu", "us-west-2b")
    assert instance["tags"]["a"] == "b"
    assert instance["tags"]["kubernetes.io/cluster/train"] == "owned"
    name = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
    assert instance["image_id"] == aws.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    now = described(aws)
    assert now["labels"] == {"eks-efa/pool": "gpu"}
    assert now["launchTemplate"]["name"] == "gpu"
    assert now["health"]["issues"] == []


def test_a_group_without_a_template_is_in_the_cluster_security_group_over_all_zones(
    aws: Any, group: Any
) -> None:
    group(desired=6, instanceTypes=["m7i.large"], diskSize=50)
    assert Counter(one["zone"][-1] for one in aws.instances()) == {"a": 2, "b": 2, "c": 2}
    config = aws.eks.describe_cluster(name="train")["cluster"]["resourcesVpcConfig"]
    assert {one["security_groups"][0] for one in aws.instances()} == {config["clusterSecurityGroupId"]}
    assert {volume["Size"] for volume in aws.ec2.describe_volumes()["Volumes"]} == {50}


def test_a_group_of_zero_costs_nothing_and_can_be_scaled_up_and_down(aws: Any, group: Any) -> None:
    assert group(desired=0, instanceTypes=["m7i.large"])["status"] == "ACTIVE"
    assert aws.instances() == []
    scale(aws, 4)
    assert len(aws.instances()) == 4
    scale(aws, 1)
    assert len(aws.instances()) == 1
    assert described(aws)["scalingConfig"]["desiredSize"] == 1


def test_an_instance_ended_behind_its_back_is_replaced(aws: Any, group: Any) -> None:
    group(desired=2, instanceTypes=["m7i.large"])
    lost = aws.instances()[0]["instance_id"]
    aws.control("POST", "interrupt", {"instance_id": lost})
    now = [one["instance_id"] for one in aws.instances()]
    assert len(now) == 2
    assert lost not in now


def test_lack_of_capacity_is_a_health_issue_and_tried_again(aws: Any, group: Any) -> None:
    aws.control("PUT", "faults", {"insufficient_capacity": [{"instance_type": "p4d.24xlarge"}]})
    assert group(instanceTypes=["p4d.24xlarge"])["status"] == "CREATING"
    [issue] = described(aws)["health"]["issues"]
    assert issue["code"] == "AsgInstanceLaunchFailures"
    assert "InsufficientInstanceCapacity" in issue["message"]
    assert issue["resourceIds"][0].startswith("eks-gpu-")
    aws.clock.advance(minutes=26)
    assert described(aws)["status"] == "CREATE_FAILED"
    aws.control("DELETE", "faults")
    now = described(aws)
    assert (now["status"], now["health"]["issues"]) == ("ACTIVE", [])
    aws.control("PUT", "faults", {"insufficient_capacity": [{}]})
    scale(aws, 2)
    assert described(aws)["status"] == "DEGRADED"


def test_another_type_or_zone_is_tried_before_giving_up(aws: Any, group: Any) -> None:
    rules = [{"instance_type": "m7i.large"}, {"zone": "us-west-2a"}]
    aws.control("PUT", "faults", {"insufficient_capacity": rules})
    group(instanceTypes=["m7i.large", "m6i.large"])
    assert [(one["instance_type"], one["zone"]) for one in aws.instances()] == [("m6i.large", "us-west-2b")]


def test_a_group_is_creating_until_its_instances_run(aws: Any, group: Any) -> None:
    aws.control("PUT", "faults", {"boot_delay_seconds": 30})
    assert group(instanceTypes=["m7i.large"])["status"] == "CREATING"
    aws.clock.advance(seconds=30)
    assert described(aws)["status"] == "ACTIVE"


def test_a_new_template_version_replaces_instances_step_by_step(
    aws: Any, network: Any, group: Any, efa_template: Any
) -> None:
    template = efa_template()
    group(
        desired=3,
        subnets=[network.subnets["us-west-2a"]],
        launchTemplate=template,
        instanceTypes=["p4d.24xlarge"],
    )
    before = {one["instance_id"] for one in aws.instances()}
    data = aws.ec2.describe_launch_template_versions(LaunchTemplateId=template["id"], Versions=["$Latest"])
    aws.ec2.create_launch_template_version(
        LaunchTemplateId=template["id"],
        LaunchTemplateData=data["LaunchTemplateVersions"][0]["LaunchTemplateData"],
    )
    aws.eks.update_nodegroup_version(
        clusterName="train", nodegroupName="gpu", launchTemplate={"id": template["id"], "version": "2"}
    )
    assert described(aws)["launchTemplate"]["version"] == "2"
    for _ in range(3):
        assert len(aws.instances()) == 3
    after = aws.instances()
    assert before.isdisjoint(one["instance_id"] for one in after)
    assert {one["tags"]["aws:ec2launchtemplate:version"] for one in after} == {"2"}


def test_a_spot_group_buys_spot(aws: Any, group: Any) -> None:
    group(instanceTypes=["m7i.large"], capacityType="SPOT")
    assert [one["capacity_type"] for one in aws.instances()] == ["spot"]


def test_a_capacity_block_group_launches_into_its_block(
    aws: Any, network: Any, group: Any, efa_template: Any
) -> None:
    [offer, *_] = aws.ec2.describe_capacity_block_offerings(
        InstanceType="p4d.24xlarge", InstanceCount=1, CapacityDurationHours=24
    )["CapacityBlockOfferings"]
    block = aws.ec2.purchase_capacity_block(
        CapacityBlockOfferingId=offer["CapacityBlockOfferingId"], InstancePlatform="Linux/UNIX"
    )["CapacityReservation"]["CapacityReservationId"]
    target = {"CapacityReservationTarget": {"CapacityReservationId": block}}
    template = efa_template(
        InstanceType="p4d.24xlarge",
        InstanceMarketOptions={"MarketType": "capacity-block"},
        CapacityReservationSpecification=target,
    )
    subnets = [network.subnets[offer["AvailabilityZone"]]]
    group(subnets=subnets, launchTemplate=template, capacityType="CAPACITY_BLOCK")
    assert [one["reservation_id"] for one in aws.instances()] == [block]


def test_labels_and_taints_are_changed_one_by_one(aws: Any, group: Any) -> None:
    taint = {"key": "a", "value": "1", "effect": "NO_SCHEDULE"}
    group(desired=0, instanceTypes=["m7i.large"], labels={"keep": "1", "drop": "1"}, taints=[taint])
    aws.eks.update_nodegroup_config(
        clusterName="train",
        nodegroupName="gpu",
        labels={"addOrUpdateLabels": {"new": "1"}, "removeLabels": ["drop"]},
        taints={"addOrUpdateTaints": [{**taint, "value": "2"}, {**taint, "key": "b"}]},
    )
    now = described(aws)
    assert now["labels"] == {"keep": "1", "new": "1"}
    assert [(one["key"], one["value"]) for one in now["taints"]] == [("a", "2"), ("b", "1")]
    aws.eks.update_nodegroup_config(
        clusterName="train", nodegroupName="gpu", taints={"removeTaints": [{**taint, "value": "2"}]}
    )
    assert [one["key"] for one in described(aws)["taints"]] == ["b"]


def test_a_deleted_group_ends_its_instances(aws: Any, group: Any) -> None:
    group(desired=3, instanceTypes=["m7i.large"])
    with pytest.raises(ClientError, match=r"ResourceInUseException.*nodegroups attached"):
        aws.eks.delete_cluster(name="train")
    assert aws.eks.list_nodegroups(clusterName="train")["nodegroups"] == ["gpu"]
    aws.eks.delete_nodegroup(clusterName="train", nodegroupName="gpu")
    assert aws.instances() == []
    assert aws.ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        described(aws)


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "sizes out of order": (
        "can't be greater than max",
        {"scalingConfig": {"minSize": 0, "maxSize": 1, "desiredSize": 2}},
    ),
    "a role that does not exist": (
        "nodeRole .* does not exist",
        {"nodeRole": "arn:aws:iam::123456789012:role/nobody"},
    ),
    "an image for another architecture": (
        "not a valid instance type for requested amiType",
        {"instanceTypes": ["m7i.large"], "amiType": "AL2023_ARM_64_STANDARD"},
    ),
    "a release nobody published": ("not valid", {"releaseVersion": "1.35.0-19990101"}),
    "a taint in Kubernetes' spelling": (
        "NoSchedule is not one of",
        {"taints": [{"key": "a", "effect": "NoSchedule"}]},
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_eks_refuses_is_refused(group: Any, case: str) -> None:
    message, given = REFUSED[case]
    with pytest.raises(ClientError, match=f"InvalidParameterException.*{message}"):
        group(**{"instanceTypes": ["m7i.large"], **given})


TEMPLATES: dict[str, dict[str, Any]] = {
    "instance profile": {"IamInstanceProfile": {"Name": "nodes"}},
    "subnet": {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": "subnet-1"}]},
    "both": {"InstanceType": "m7i.large"},
    "shutdown behavior": {"InstanceInitiatedShutdownBehavior": "terminate"},
    "hibernation": {"HibernationOptions": {"Configured": True}},
    "termination protection": {"DisableApiTermination": True},
    "Spot Instances": {"InstanceMarketOptions": {"MarketType": "spot"}},
    "market type capacity-block": {"InstanceMarketOptions": {"MarketType": "capacity-block"}},
}


@pytest.mark.parametrize("message", TEMPLATES)
def test_a_template_that_a_managed_group_cannot_use_is_refused(
    group: Any, efa_template: Any, message: str
) -> None:
    with pytest.raises(ClientError, match=f"InvalidParameterException.*{message}"):
        group(launchTemplate=efa_template(**TEMPLATES[message]), instanceTypes=["m7i.large"])


@pytest.mark.parametrize("message", TEMPLATES)
def test_nor_can_a_group_go_over_to_such_a_template(
    aws: Any, group: Any, efa_template: Any, message: str
) -> None:
    first = efa_template()
    group(launchTemplate=first, instanceTypes=["p4d.24xlarge"], desired=0)
    with pytest.raises(ClientError, match=f"InvalidParameterException.*{message}"):
        go_over(aws, first["id"], **TEMPLATES[message])
    assert described(aws)["launchTemplate"]["version"] == "1"


def go_over(aws: Any, template_id: str, **data: Any) -> None:
    """Let the group take a new version of a template."""
    made = aws.ec2.create_launch_template_version(LaunchTemplateId=template_id, LaunchTemplateData=data)
    version = str(made["LaunchTemplateVersion"]["VersionNumber"])
    aws.eks.update_nodegroup_version(
        clusterName="train", nodegroupName="gpu", launchTemplate={"id": template_id, "version": version}
    )


BESIDE_A_TEMPLATE: dict[str, dict[str, Any]] = {
    "Disk size": {"diskSize": 100},
    "Remote access": {"remoteAccess": {"ec2SshKey": "mine"}},
    "AMI Type": {"amiType": "AL2023_x86_64_NVIDIA"},
    "field version": {"version": "1.35"},
    "field releaseVersion": {"releaseVersion": "1.35.0-20260714"},
}


@pytest.mark.parametrize("message", BESIDE_A_TEMPLATE)
def test_what_a_template_says_is_not_said_again_beside_it(
    aws: Any, group: Any, efa_template: Any, image: str, message: str
) -> None:
    template = efa_template(InstanceType="p4d.24xlarge", ImageId=image)
    with pytest.raises(ClientError, match=f"InvalidParameterException.*{message}"):
        group(launchTemplate=template, **BESIDE_A_TEMPLATE[message])


def test_nothing_chooses_another_image_than_the_templates(
    aws: Any, group: Any, efa_template: Any, image: str
) -> None:
    group(launchTemplate=efa_template(InstanceType="p4d.24xlarge", ImageId=image), desired=0)
    with pytest.raises(ClientError, match=r"InvalidParameterException.*field releaseVersion"):
        aws.eks.update_nodegroup_version(
            clusterName="train", nodegroupName="gpu", releaseVersion="1.35.0-20260714"
        )


def test_a_group_keeps_its_template_and_whether_that_names_the_image(
    aws: Any, group: Any, efa_template: Any, image: str
) -> None:
    first = efa_template(InstanceType="p4d.24xlarge")
    group(launchTemplate=first, desired=0)
    with pytest.raises(ClientError, match=r"InvalidParameterException.*new node group to switch"):
        go_over(aws, first["id"], InstanceType="p4d.24xlarge", ImageId=image)
    other = aws.ec2.create_launch_template(
        LaunchTemplateName="other", LaunchTemplateData={"InstanceType": "p4d.24xlarge"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    with pytest.raises(ClientError, match=r"InvalidParameterException.*another launch template"):
        go_over(aws, other, InstanceType="p4d.24xlarge")


def test_a_group_whose_type_is_in_its_template_follows_the_template(
    aws: Any, group: Any, efa_template: Any
) -> None:
    first = efa_template(InstanceType="p4d.24xlarge")
    group(launchTemplate=first, desired=0)
    go_over(aws, first["id"], InstanceType="m7i.large")
    scale(aws, 1)
    assert [instance["instance_type"] for instance in aws.instances()] == ["m7i.large"]


@pytest.mark.parametrize(
    "lacking",
    [{"InstanceType": "p4d.24xlarge"}, {"CapacityReservationSpecification": {}}],
    ids=["reservation", "type"],
)
def test_a_capacity_block_stands_in_the_template_with_its_type(
    group: Any, efa_template: Any, lacking: dict[str, Any]
) -> None:
    template = efa_template(InstanceMarketOptions={"MarketType": "capacity-block"}, **lacking)
    with pytest.raises(
        ClientError, match=r"InvalidParameterException.*must specify the capacity reservation"
    ):
        group(launchTemplate=template, capacityType="CAPACITY_BLOCK")


def test_a_group_admits_its_role_to_the_cluster_and_a_later_entry_for_it_fails(
    aws: Any, group: Any, role: Any
) -> None:
    node = role("shared")
    group(nodeRole=node, desired=0, instanceTypes=["m7i.large"])
    entry = aws.eks.describe_access_entry(clusterName="train", principalArn=node)["accessEntry"]
    assert (entry["type"], entry["kubernetesGroups"]) == ("EC2_LINUX", ["system:nodes"])
    with pytest.raises(ClientError, match="ResourceInUseException"):
        aws.eks.create_access_entry(clusterName="train", principalArn=node, type="EC2_LINUX")
