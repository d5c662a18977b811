"""Amazon Resource Names as the settings write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from settings.faults import Fault
from settings.words import quoted

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


def is_same_role(one: str, other: str) -> bool:
    """Whether two ARNs are of one role, as far as an account knows: it has no two roles of one name, whatever
    their paths (IAM user guide, reference_iam-quotas: names must be unique within an account)."""
    roles = [parse_arn(text) for text in (one, other)]
    named = [(role.account_id, role.resource.rpartition("/")[2]) for role in roles if role and _is_role(role)]
    return len(named) == len(roles) and len(set(named)) == 1


def _is_role(arn: Arn) -> bool:
    return arn.service == "iam" and arn.resource.startswith("role/")


def role_faults(path: str, text: str, partition: str | None) -> Iterator[Fault]:
    """What keeps the text from being the IAM role of an access entry in a partition; None: in whichever."""
    arn = parse_arn(text)
    if arn and arn.service == "sts":
        cure = "give the role: arn:aws:iam::<account>:role/<name>"
        yield Fault(path, "a session of a role cannot have an access entry", cure=cure)
    elif not arn or not _is_role(arn):
        example = "such as arn:aws:iam::111122223333:role/admin"
        yield Fault(path, f"{quoted(text)} is not the ARN of an IAM role", example)
    elif partition and arn.partition != partition:
        yield Fault(path, f"role is in partition {arn.partition} but the stack is in {partition}")
