"""RunInstances: what the call says goes over what its launch template says."""

from typing import Any

from sandbox.aws.ec2 import capacity, launches, launching
from sandbox.aws.ec2.filters import tags_for
from sandbox.aws.ec2.instance_description import describe
from sandbox.aws.ec2.instance_profiles import find_profile
from sandbox.aws.errors import AwsError, dry_run
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

NOT_LAUNCH_DATA = ("DryRun", "LaunchTemplate", "MinCount", "MaxCount", "ClientToken", "TagSpecifications")


@operation("ec2", "RunInstances")
def run_instances(world: World, parameters: Parameters) -> Answer:
    """Launch up to MaxCount instances, or fail where not even MinCount can be had.

    EC2 puts all of them into one reservation; here each has its own, and the first one's is told.

    A dry run is Karpenter's check of its own rights. EC2 is reported not to hold it to the limits of network
    cards, so only what the call refers to is looked at.
    """
    data, version = launches.template_data(world, parameters.get("LaunchTemplate"))
    given = {key: value for key, value in parameters.items() if key not in NOT_LAUNCH_DATA}
    merged: dict[str, Any] = {**data, **given}
    merged["TagSpecifications"] = [
        {
            "ResourceType": kind,
            "Tags": [{"Key": k, "Value": v} for k, v in _tags(kind, data, parameters).items()],
        }
        for kind in launches.TAGGED
    ]
    if parameters.get("DryRun"):
        find_profile(world, merged.get("IamInstanceProfile"))
        raise dry_run()
    instances = []
    try:
        for _ in range(int(parameters.get("MaxCount") or 1)):
            launch = launches.resolve(world, merged, version, "on-demand", parameters.get("SubnetId"))
            capacity.check(world, launch)
            instances.append(launching.start(world, launch))
    except AwsError:
        if len(instances) < int(parameters.get("MinCount") or 1):
            if instances:
                world.ec2.terminate_instances([instance.id for instance in instances])
            raise
    return {
        "OwnerId": world.account,
        "ReservationId": instances[0].reservation_id if instances else None,
        "Instances": [describe(one) for one in instances],
    }


def _tags(kind: str, data: dict[str, Any], parameters: Parameters) -> dict[str, str]:
    return tags_for(kind, data.get("TagSpecifications")) | tags_for(kind, parameters.get("TagSpecifications"))
