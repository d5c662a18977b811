"""What whoever deploys a stack must be allowed: its policies, from the plan of the stack."""

import json
from collections.abc import Mapping
from pathlib import Path

from cli.plans import plan_of
from cli.stacks import Stack, find_stack, stack_names
from knowledge.iam.deployer import DeployerScope, deployer_policies
from knowledge.iam.document import PolicyDocument
from knowledge.regions import partition_of

ANY = "*"
"""Stands in an ARN for what is not known here."""


def policies_of(stack: Stack, account_id: str) -> Mapping[str, PolicyDocument]:
    """Policy documents by concern; raises CommandError for a stack that cannot be planned."""
    types = {resource.type for resource in plan_of(stack.name).resources}
    scope = DeployerScope(partition_of(stack.region), stack.region, account_id, cluster_name(stack))
    return deployer_policies(types, scope)


def cluster_name(stack: Stack) -> str:
    """The cluster that a stack makes, adopts or lives on; `*` for that of a platform without a file here."""
    if stack.platform in stack_names():
        return cluster_name(find_stack(stack.platform))
    return stack.cluster_name or ANY


def write(policies: Mapping[str, PolicyDocument], directory: Path, stack: str) -> list[Path]:
    """Write each document into a file of its own, as `aws iam create-policy` takes it."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {directory / f"{stack}-{concern}.json": policy for concern, policy in policies.items()}
    for file, policy in files.items():
        file.write_text(json.dumps(policy, indent=2) + "\n")
    return list(files)
