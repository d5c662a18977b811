"""AWS's managed policies, put into moto's IAM when one is first attached.

moto can load all 1,582 of them, once for each of seven partitions; that takes seconds, and this project
attaches a handful.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World


@operation("iam", "AttachRolePolicy")
def attach_role_policy(world: World, parameters: Parameters) -> Answer:
    """Make sure that AWS's policy of that ARN is there; moto does the rest."""
    arn = str(parameters["PolicyArn"])
    name = arn.rsplit("/", 1)[-1]
    if ":iam::aws:policy/" in arn and arn not in world.iam.managed_policies and name in _published():
        policy = AWSManagedPolicy.from_data(name, world.account, world.region, _published()[name])
        world.iam.managed_policies[policy.arn] = policy
    return None


@cache
def _published() -> Mapping[str, Any]:
    policies: Mapping[str, Any] = json.loads(aws_managed_policies_data)
    return policies
