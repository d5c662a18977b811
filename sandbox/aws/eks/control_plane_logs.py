"""Logs of a control plane: EKS' service-linked role makes their group again while events arrive late.

https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763 shows the call in CloudTrail.
"""

from typing import TYPE_CHECKING

from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.clusters import Cluster


def log_late(world: World, cluster: "Cluster") -> None:
    """Note that events of a cluster that is gone are still on their way, where it had logs."""
    setups = (cluster.config.get("logging") or {}).get("clusterLogging") or []
    if not any(setup.get("enabled") for setup in setups):
        return
    group = f"/aws/eks/{cluster.name}/cluster"
    if group in world.logs.groups:
        world.late_logs.add(group)
    else:
        _make(world, group)


@operation("logs", "DeleteLogGroup")
def delete_log_group(world: World, parameters: Parameters) -> Answer:
    """Once, a group of late events is back as soon as it is deleted: without retention, key and tags."""
    group = str(parameters["logGroupName"])
    if group not in world.late_logs or group not in world.logs.groups:
        return None
    world.late_logs.remove(group)
    world.logs.delete_log_group(group)
    _make(world, group)
    return {}


def _make(world: World, group: str) -> None:
    world.logs.create_log_group(group, {})
