"""What every policy document shares."""

import json
from typing import Any

Statement = dict[str, Any]
PolicyDocument = dict[str, Any]

MANAGED_POLICY_LIMIT = 6144
"""Most characters of a managed policy, white space not counted (IAM user guide, reference_iam-quotas)."""


def document(*statements: Statement) -> PolicyDocument:
    """Put statements together as a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def length(policy: PolicyDocument) -> int:
    """Characters that IAM counts against `MANAGED_POLICY_LIMIT`."""
    return sum(not character.isspace() for character in json.dumps(policy))


def dns_suffix(partition: str) -> str:
    """Ending of the partition's service names, for the few service principals that differ in China."""
    return "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
