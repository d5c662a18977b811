"""What EKS refuses in a managed node group before anything is launched."""

from typing import Any

from sandbox.aws.ec2.instance_types import describe
from sandbox.aws.eks.node_group_launch import AMI_TYPES
from sandbox.aws.errors import invalid
from sandbox.aws.machine_images import RELEASES
from sandbox.aws.registry import Parameters

_PROHIBITED = {
    "IamInstanceProfile": "an instance profile. The noderole in your request is used",
    "SubnetId": "a subnet. The subnets in your request are used",
    "InstanceInitiatedShutdownBehavior": "a shutdown behavior. EKS controls the life of instances",
    "HibernationOptions": "hibernation options. EKS controls the life of instances",
    "DisableApiTermination": "termination protection. EKS controls the life of instances",
}
"""What a launch template must not say, and why: EKS user guide, launch-templates, and EKS API reference,
LaunchTemplateSpecification."""

_OF_THE_IMAGE = ("version", "releaseVersion")
"""What EKS chooses an image by; with an image in the template neither can be set (the same guide, "Limits and
conditions when specifying an AMI ID")."""

CAPACITY_BLOCK = "CAPACITY_BLOCK"


def validate_template(data: dict[str, Any], capacity_type: str) -> None:
    """What a managed group's launch template must not hold, when the group is made and when it is updated:
    docs.aws.amazon.com/eks/latest/userguide/launch-templates.html."""
    held = {**data, "SubnetId": _subnets(data)}
    for name, what in _PROHIBITED.items():
        if held.get(name):
            raise invalid(f"Launch template should not specify {what}.")
    market = (data.get("InstanceMarketOptions") or {}).get("MarketType")
    if market == "spot":
        raise invalid(
            "Launch template should not request Spot Instances. The capacityType in your request is used."
        )
    _validate_capacity_block(data, market, capacity_type)


def _subnets(data: dict[str, Any]) -> list[str]:
    interfaces = data.get("NetworkInterfaces") or []
    return [item["SubnetId"] for item in interfaces if item.get("SubnetId")]


def _validate_capacity_block(data: dict[str, Any], market: str | None, capacity_type: str) -> None:
    """A Capacity Block is named in the template, with its market and type: EKS user guide,
    capacity-blocks-mng."""
    if (market == "capacity-block") != (capacity_type == CAPACITY_BLOCK):
        raise invalid(
            f"The launch template's market type {market} does not go with capacityType {capacity_type}."
        )
    wanted = data.get("CapacityReservationSpecification") or {}
    target = (wanted.get("CapacityReservationTarget") or {}).get("CapacityReservationId")
    if market == "capacity-block" and not (target and data.get("InstanceType")):
        raise invalid(
            "Launch template must specify the capacity reservation and the instance type"
            f" for capacityType {CAPACITY_BLOCK}."
        )


def validate_beside_template(data: dict[str, Any], parameters: Parameters) -> None:
    """What a request must not say beside a launch template."""
    if parameters.get("diskSize"):
        raise invalid("Disk size must be specified within the launch template.")
    if parameters.get("remoteAccess"):
        raise invalid("Remote access configuration cannot be specified with a launch template.")
    validate_types(data, parameters.get("instanceTypes"))
    if not data.get("ImageId"):
        return
    if str(parameters.get("amiType") or "CUSTOM") != "CUSTOM":
        raise invalid(
            "You cannot specify an AMI Type other than CUSTOM,"
            " when specifying an image id in your launch template."
        )
    validate_image_choice(parameters)


def validate_types(data: dict[str, Any], in_request: Any) -> None:
    """Instance types stand in one place."""
    if data.get("InstanceType") and in_request:
        raise invalid(
            "Instance types should be specified in either the launch template or the request, not both."
        )


def validate_image_choice(parameters: Parameters) -> None:
    """Nothing chooses an image where the template names one."""
    for name in _OF_THE_IMAGE:
        if parameters.get(name):
            raise invalid(
                f"You cannot specify the field {name}, when specifying an image id in your launch template."
            )


def validate_ami_type(ami_type: str, instance_types: list[str]) -> None:
    """An AMI type that is emulated, on instance types of its architecture."""
    if ami_type == "CUSTOM":
        return
    if ami_type not in AMI_TYPES:
        raise invalid(
            f"amiType {ami_type} is not emulated; the sandbox knows {', '.join(AMI_TYPES)} and CUSTOM"
        )
    architecture, _ = AMI_TYPES[ami_type]
    for instance_type in instance_types:
        if architecture not in describe(instance_type)["ProcessorInfo"]["SupportedArchitectures"]:
            raise invalid(f"[{instance_type}] is not a valid instance type for requested amiType {ami_type}")


def release(version: str | None) -> str:
    """`v20260714` of `1.35.4-20260714`; the newest where none is named."""
    if not version:
        return RELEASES[0]
    found = f"v{version.rsplit('-', 1)[-1]}"
    if found not in RELEASES:
        raise invalid(
            f"Requested release version {version} is not valid; the sandbox has {', '.join(RELEASES)}"
        )
    return found
