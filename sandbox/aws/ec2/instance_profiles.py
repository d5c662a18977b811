"""The instance profile of a launch, looked up in moto's IAM."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.world import World


@dataclass(frozen=True)
class InstanceProfile:
    """ARN and id of an instance profile."""

    arn: str
    id: str


def find_profile(world: World, wanted: Mapping[str, Any] | None) -> InstanceProfile | None:
    """The profile that `{"Name": ...}` or `{"Arn": ...}` means, or None for none.

    The error is the one by which Karpenter tells a profile that IAM has not spread yet.
    """
    if not wanted or not (wanted.get("Name") or wanted.get("Arn")):
        return None
    for profile in world.iam.instance_profiles.values():
        if wanted.get("Name") == profile.name or wanted.get("Arn") == profile.arn:
            return InstanceProfile(str(profile.arn), str(profile.id))
    if wanted.get("Name"):
        message = f"Value ({wanted['Name']}) for parameter iamInstanceProfile.name is invalid. "
        raise AwsError("InvalidParameterValue", message + "Invalid IAM Instance Profile name")
    message = f"Value ({wanted['Arn']}) for parameter iamInstanceProfile.arn is invalid. "
    raise AwsError("InvalidParameterValue", message + "Invalid IAM Instance Profile ARN")
