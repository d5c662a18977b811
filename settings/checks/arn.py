"""Amazon Resource Names as the settings write them."""

import re
from dataclasses import dataclass

_ARN = re.compile(r"^arn:(aws|aws-us-gov|aws-cn):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$")


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str


def parse_arn(text: str) -> Arn | None:
    """The ARN, None where `text` is not one."""
    match = _ARN.fullmatch(text)
    return Arn(*match.groups()) if match else None


def partition_of(region: str) -> str:
    """The partition a region belongs to, by the prefix AWS gives its regions."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
