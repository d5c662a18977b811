"""What the name of a region tells: its partition, and what its zones are called."""

import re


def partition_of(region: str) -> str:
    """The partition a region belongs to, by the prefix AWS gives its regions."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def is_zone_name(zone: str, region: str) -> bool:
    """Whether a text has the form of the name of an availability zone of the region: `us-west-2a`.

    Ids (`usw2-az1`) and local zones (`us-west-2-lax-1a`) have another.
    https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
    """
    return re.fullmatch(f"{re.escape(region)}[a-z]", zone) is not None
