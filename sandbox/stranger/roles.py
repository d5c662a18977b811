"""The stranger's two IAM roles: one for the control plane, one for the nodes."""

import json
from collections.abc import Iterable

from sandbox.stranger.account import TAGS, Account
from sandbox.stranger.script import Script

CONTROL_PLANE_POLICIES = ("AmazonEKSClusterPolicy",)
NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy")
"""https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html"""


def make_roles(account: Account, name: str, script: Script) -> tuple[str, str]:
    """ARNs of the control plane's role and of the nodes'."""
    control_plane = _role(account, f"{name}-cluster", "eks", CONTROL_PLANE_POLICIES, script)
    return control_plane, _role(account, f"{name}-nodes", "ec2", NODE_POLICIES, script)


def _role(account: Account, name: str, service: str, policies: Iterable[str], script: Script) -> str:
    iam = account.iam
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Service",
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    arn = script.ensure(
        f"role {name}",
        lambda: iam.get_role(RoleName=name)["Role"]["Arn"],
        lambda: iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(trust),
            Tags=[{"Key": key, "Value": TAGS[key]} for key in TAGS],
        ),
    )
    for policy in policies:
        # Attaching what is attached changes nothing.
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return arn
