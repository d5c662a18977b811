"""How a managed node group launches: from the caller's template and the group's settings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.aws.ec2 import launches
from sandbox.aws.ec2.filters import tag_list, tags_for
from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.machine_images import RELEASES, ROOT_DEVICE, EksImage
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.node_group import NodeGroup

AMI_TYPES = {
    "AL2023_x86_64_STANDARD": ("x86_64", "standard"),
    "AL2023_x86_64_NVIDIA": ("x86_64", "nvidia"),
    "AL2023_x86_64_NEURON": ("x86_64", "neuron"),
    "AL2023_ARM_64_STANDARD": ("arm64", "standard"),
    "AL2023_ARM_64_NVIDIA": ("arm64", "nvidia"),
}
"""EKS's AMI types of Amazon Linux 2023, without `CUSTOM`: architecture and variant."""

BOUGHT_AS = {"ON_DEMAND": "on-demand", "SPOT": "spot", "CAPACITY_BLOCK": "capacity-block"}
DESCRIBED = {
    "ON_DEMAND": "On-Demand Instances",
    "SPOT": "Spot Instances",
    "CAPACITY_BLOCK": "Capacity Block Instances",
}


@dataclass
class GroupLaunch:
    """What a group's instances are. `template` is `{"id", "name", "version"}`, or None for EKS's own."""

    subnets: list[str]
    instance_types: list[str]
    types_from_template: bool
    ami_type: str
    capacity_type: str
    disk_gib: int
    template: dict[str, str] | None
    release: str = RELEASES[0]

    @property
    def bought_as(self) -> str:
        """`on-demand`, `spot` or `capacity-block`."""
        return BOUGHT_AS[self.capacity_type]

    @property
    def described(self) -> str:
        """The way of buying in EKS's messages."""
        return DESCRIBED[self.capacity_type]

    def image(self, kubernetes: str) -> EksImage:
        """The EKS image for the AMI type. Not for `CUSTOM`."""
        architecture, variant = AMI_TYPES[self.ami_type]
        return EksImage(kubernetes, architecture, variant, self.release)

    def is_current(self, instance: LaunchedInstance, kubernetes: str) -> bool:
        """Whether an instance is of the template version and image that a new one would be of."""
        version = int(self.template["version"]) if self.template else None
        image_id = instance.image_id if self.ami_type == "CUSTOM" else self.image(kubernetes).id
        return (instance.launch.launch_template_version, instance.image_id) == (version, image_id)

    def data(self, world: World, group: "NodeGroup", instance_type: str) -> tuple[dict[str, Any], Any]:
        """Launch data for one instance of a type, and the template version it comes from."""
        data, version = launches.template_data(world, self._specification())
        cluster = world.cluster(group.cluster_name)
        data["InstanceType"] = instance_type
        if self.ami_type != "CUSTOM":
            data["ImageId"] = self.image(group.version).id
        if data.get("NetworkInterfaces"):
            groups = [cluster.security_group_id]
            data["NetworkInterfaces"] = [
                {**item, "Groups": item.get("Groups") or groups} for item in data["NetworkInterfaces"]
            ]
        elif not data.get("SecurityGroupIds"):
            data["SecurityGroupIds"] = [cluster.security_group_id]
        if self.template is None:
            disk = {"VolumeSize": self.disk_gib, "VolumeType": "gp3"}
            data["BlockDeviceMappings"] = [{"DeviceName": ROOT_DEVICE, "Ebs": disk}]
        data["TagSpecifications"] = [
            {"ResourceType": kind, "Tags": tag_list(tags_for(kind, data.get("TagSpecifications")) | tags)}
            for kind, tags in (("instance", _own_tags(group)), ("volume", {}), ("network-interface", {}))
        ]
        return data, version

    def description(self) -> dict[str, Any]:
        """The launch's part of DescribeNodegroup."""
        own_template = self.template is None
        return {
            "subnets": self.subnets,
            "instanceTypes": None if self.types_from_template else self.instance_types,
            "amiType": self.ami_type,
            "capacityType": self.capacity_type,
            "diskSize": self.disk_gib if own_template else None,
            "launchTemplate": self.template,
        }

    def _specification(self) -> dict[str, str] | None:
        if self.template is None:
            return None
        return {"LaunchTemplateId": self.template["id"], "Version": self.template["version"]}


def _own_tags(group: "NodeGroup") -> dict[str, str]:
    """The tags that EKS and Auto Scaling put on a managed node group's instances."""
    return {
        "eks:cluster-name": group.cluster_name,
        "eks:nodegroup-name": group.name,
        f"kubernetes.io/cluster/{group.cluster_name}": "owned",
        "aws:autoscaling:groupName": group.auto_scaling_group,
    }
