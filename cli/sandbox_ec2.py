"""What of Karpenter is left in the emulated EC2: proof beside Kubernetes' word that a scale-in is done."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.environment import credentials

if TYPE_CHECKING:
    from types_boto3_ec2.client import EC2Client
    from types_boto3_ec2.type_defs import FilterTypeDef

NODEPOOL_TAG = "karpenter.sh/nodepool"
"""Tag on every instance, volume and interface that Karpenter asked for."""
NODECLASS_TAG = "karpenter.k8s.aws/ec2nodeclass"
"""Tag on every launch template that Karpenter made."""
ALIVE = ["pending", "running", "stopping", "stopped", "shutting-down"]


def ec2_client(endpoint: str, region: str) -> "EC2Client":
    """A client of the emulated EC2 that no profile or key of the user's can lead astray."""
    # Slow to import, and scale-in in the sandbox is the only verb that needs it.
    import boto3
    from botocore.config import Config

    keys = credentials(region)
    return boto3.client(
        "ec2",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        config=Config(proxies={}, retries={"mode": "standard", "max_attempts": 5}),
    )


def left_of_karpenter(ec2: "EC2Client") -> tuple[str, ...]:
    """`3 instances`, `12 interfaces`; empty when none is left."""
    tagged: Sequence[FilterTypeDef] = [{"Name": "tag-key", "Values": [NODEPOOL_TAG]}]
    alive: FilterTypeDef = {"Name": "instance-state-name", "Values": ALIVE}
    pages = ec2.get_paginator("describe_instances").paginate(Filters=[*tagged, alive])
    instances = sum(len(group["Instances"]) for page in pages for group in page["Reservations"])
    interfaces = len(ec2.describe_network_interfaces(Filters=tagged)["NetworkInterfaces"])
    counts = {"instances": instances, "interfaces": interfaces}
    return tuple(f"{count} {what}" for what, count in counts.items() if count)


def karpenter_launch_templates(ec2: "EC2Client") -> list[str]:
    """Ids of the launch templates that Karpenter made."""
    pages = ec2.get_paginator("describe_launch_templates").paginate(
        Filters=[{"Name": "tag-key", "Values": [NODECLASS_TAG]}]
    )
    return [template["LaunchTemplateId"] for page in pages for template in page["LaunchTemplates"]]


def remove_launch_templates(ec2: "EC2Client") -> int:
    """Delete what Karpenter itself would delete a minute or two later; how many there were.

    It keeps a template for a minute after the last launch, for the next one, and looks for old ones once a
    minute (pkg/cache and launchtemplate.go of karpenter-provider-aws). One that is gone early it makes anew.
    """
    templates = karpenter_launch_templates(ec2)
    for template in templates:
        # Karpenter may be quicker.
        with suppress(ec2.exceptions.ClientError):
            ec2.delete_launch_template(LaunchTemplateId=template)
    return len(templates)
