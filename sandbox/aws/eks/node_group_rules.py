"""What EKS refuses in a managed node group before anything is launched."""

from typing import Any

from sandbox.aws.ec2.instance_types import describe
from sandbox.aws.eks.node_group_launch import AMI_TYPES
from sandbox.aws.errors import invalid
from sandbox.aws.machine_images import RELEASES
from sandbox.aws.registry import Parameters


def validate_template(data: dict[str, Any], parameters: Parameters) -> None:
    """What a managed group's launch template must not hold:
    docs.aws.amazon.com/eks/latest/userguide/launch-templates.html."""
    if parameters.get("diskSize"):
        raise invalid("Disk size must be specified within the launch template.")
    if parameters.get("remoteAccess"):
        raise invalid("Remote access configuration cannot be specified with a launch template.")
    if data.get("InstanceType") and parameters.get("instanceTypes"):
        raise invalid(
            "Instance types should be specified in either the launch template or the request, not both."
        )
    if data.get("ImageId") and str(parameters.get("amiType") or "CUSTOM") != "CUSTOM":
        raise invalid(
            "You cannot specify an AMI Type other than CUSTOM,"
            " when specifying an image id in your launch template."
        )
    if data.get("IamInstanceProfile"):
        raise invalid(
            "Launch template should not specify an instance profile. The noderole in your request is used."
        )
    if data.get("SubnetId") or any(item.get("SubnetId") for item in data.get("NetworkInterfaces") or []):
        raise invalid("Launch template should not specify a subnet. The subnets in your request are used.")


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
