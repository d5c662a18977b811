from typing import Any

from sandbox.engine.handlers.launch_templates import launch_data
from sandbox.engine.world import World
from tests.sandbox.engine.handlers.scenario import make

TYPE = "aws:ec2/launchTemplate:LaunchTemplate"

EVERYTHING: dict[str, Any] = {
    "blockDeviceMappings": [
        {
            "deviceName": "/dev/xvda",
            "ebs": {"volumeSize": 200, "encrypted": "true", "deleteOnTermination": "true"},
        }
    ],
    "capacityReservationSpecification": {
        "capacityReservationPreference": "capacity-reservations-only",
        "capacityReservationTarget": {"capacityReservationId": "cr-0123456789abcdef0"},
    },
    "ebsOptimized": "true",
    "iamInstanceProfile": {"arn": "arn:aws:iam::123456789012:instance-profile/x"},
    "imageId": "ami-1",
    "instanceMarketOptions": {"marketType": "capacity-block"},
    "instanceType": "p5.48xlarge",
    "keyName": "ssh",
    "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
    "monitoring": {"enabled": False},
    "networkInterfaces": [
        {
            "networkCardIndex": 1,
            "deviceIndex": 0,
            "interfaceType": "efa-only",
            "deleteOnTermination": "true",
            "associatePublicIpAddress": "false",
            "securityGroups": ["sg-1"],
        }
    ],
    "placement": {"groupName": "train", "tenancy": "default"},
    "tagSpecifications": [{"resourceType": "instance", "tags": {"true": "false"}}],
    "userData": "true",
    "tags": {"not": "data"},
    "updateDefaultVersion": True,
}

AS_EC2_HAS_IT = {
    "BlockDeviceMappings": [
        {
            "DeviceName": "/dev/xvda",
            "Ebs": {"VolumeSize": 200, "Encrypted": True, "DeleteOnTermination": True},
        }
    ],
    "CapacityReservationSpecification": {
        "CapacityReservationPreference": "capacity-reservations-only",
        "CapacityReservationTarget": {"CapacityReservationId": "cr-0123456789abcdef0"},
    },
    "EbsOptimized": True,
    "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/x"},
    "ImageId": "ami-1",
    "InstanceMarketOptions": {"MarketType": "capacity-block"},
    "InstanceType": "p5.48xlarge",
    "KeyName": "ssh",
    "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
    "Monitoring": {"Enabled": False},
    "NetworkInterfaces": [
        {
            "NetworkCardIndex": 1,
            "DeviceIndex": 0,
            "InterfaceType": "efa-only",
            "DeleteOnTermination": True,
            "AssociatePublicIpAddress": False,
            "Groups": ["sg-1"],
        }
    ],
    "Placement": {"GroupName": "train", "Tenancy": "default"},
    "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "true", "Value": "false"}]}],
    "UserData": "true",
}


def test_properties_are_spelt_as_ec2_has_them() -> None:
    assert launch_data(EVERYTHING) == AS_EC2_HAS_IT


def test_ec2_takes_all_of_it_and_gives_it_back(world: World) -> None:
    made = make(world, TYPE, **EVERYTHING)
    versions = world.ec2.describe_launch_template_versions(LaunchTemplateId=made.id)["LaunchTemplateVersions"]
    data: Any = versions[0]["LaunchTemplateData"]
    assert data["NetworkInterfaces"] == AS_EC2_HAS_IT["NetworkInterfaces"]
    assert data["CapacityReservationSpecification"] == AS_EC2_HAS_IT["CapacityReservationSpecification"]


def test_a_change_of_data_is_a_new_version_and_the_default_one_where_asked(world: World) -> None:
    made = make(world, TYPE, imageId="ami-1", updateDefaultVersion=True)
    assert (made.outputs["latestVersion"], made.outputs["defaultVersion"]) == (1, 1)
    made.update(imageId="ami-2")
    assert (made.outputs["latestVersion"], made.outputs["defaultVersion"]) == (2, 2)
    made.update(imageId="ami-3", updateDefaultVersion=None)
    assert (made.outputs["latestVersion"], made.outputs["defaultVersion"]) == (3, 2)


def test_a_change_of_tags_is_no_new_version(world: World) -> None:
    made = make(world, TYPE, imageId="ami-1", tags={"a": "1"})
    assert made.update(tags={"a": "2"})["latestVersion"] == 1


def test_a_placement_group_is_found_by_name_and_tells_its_id(world: World) -> None:
    made = make(world, "aws:ec2/placementGroup:PlacementGroup", strategy="cluster")
    assert made.found() == made.id == made.name
    assert made.outputs["placementGroupId"].startswith("pg-")
    assert made.outputs["arn"].endswith(f"placement-group/{made.id}")
    made.delete()
    assert made.found() is None
