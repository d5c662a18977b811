"""Runs of a team's stack on a platform, as the program itself exports one."""

from typing import Any

from tests.components.fake_account import FakeAccount
from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import PUBLIC, run_program
from tests.components.recorded_run import Run

PLATFORM = "acme/eks-efa-karpenter/prod"

VISION: dict[str, Any] = {
    "name": "vision",
    "quota": {"gpus": 16, "efaInterfaces": 8},
    "roleArn": "arn:aws:iam::123456789012:role/vision",
}
OWN = {"name": "vision-p4d", "instanceTypes": ["p4d.24xlarge"], "zone": "us-west-2a"}


def platform(**changes: Any) -> dict[str, Any]:
    """The outputs of a stack with a cluster, as the program itself exports them."""
    pools = only(node_groups=[node_group()], provisioners=[provisioner()])
    cluster = {"name": "shared", **PUBLIC, "networkPolicies": True}
    return {**run_program("dev", changes={**pools, "cluster": cluster}).outputs, **changes}


def team(
    *,
    outputs: dict[str, Any] | None = None,
    provisioners: tuple[dict[str, Any], ...] = (OWN,),
    nccl: dict[str, Any] | None = None,
    preview: bool = False,
    aws: dict[str, Any] | None = None,
    into: Run | None = None,
    account: FakeAccount | None = None,
    **changes: Any,
) -> Run:
    """A team's stack on that platform; `changes` are to `team` itself."""
    of_a_cluster = dict.fromkeys(("network", "cluster", "nodeGroups"))
    settings = {
        **of_a_cluster,
        "platform": PLATFORM,
        "team": {**VISION, **changes},
        "provisioners": list(provisioners),
        "nccl": nccl or {},
    }
    platforms = {PLATFORM: platform() if outputs is None else outputs}
    return run_program(
        "dev", changes=settings, aws=aws, platforms=platforms, preview=preview, into=into, account=account
    )
