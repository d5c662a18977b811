"""Scaling a managed node group by hand, as `aws eks update-nodegroup-config` does."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from sandbox.environment import credentials
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

REGION = "us-west-2"
GROUP = "p4d-by-hand"
"""Name of the EFA node group in Pulumi.sandbox.yaml; EKS's own has letters before and after it."""


@contextmanager
def scaled_by_hand(sandbox: Sandbox, *, nodes: int) -> Iterator[str]:
    """The EFA node group of the stack with so many nodes; back to none afterwards. Gives the group's name."""
    keys = credentials(REGION)
    eks = boto3.client(
        "eks",
        endpoint_url=sandbox.endpoint(),
        region_name=REGION,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )
    cluster = eks.list_clusters()["clusters"][0]
    names = eks.list_nodegroups(clusterName=cluster)["nodegroups"]
    full_name = next(name for name in names if GROUP in name)

    def scale(wanted: int) -> None:
        eks.update_nodegroup_config(
            clusterName=cluster, nodegroupName=full_name, scalingConfig={"desiredSize": wanted}
        )
        wait_for(f"{wanted} nodes of {GROUP}", lambda: ready() == wanted)

    def ready() -> int:
        nodes = sandbox.status()["nodes"]
        return sum(1 for node in nodes if node["group"] == GROUP and node["ready"])

    scale(nodes)
    try:
        yield GROUP
    finally:
        scale(0)
