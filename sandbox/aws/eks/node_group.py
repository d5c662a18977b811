"""A managed node group: its state, and the hand that keeps its instances at the desired number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.core.exceptions import ServiceException

from sandbox.aws.ec2 import capacity, launches, launching
from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.eks import vpc_cni
from sandbox.aws.eks.node_group_launch import GroupLaunch
from sandbox.aws.errors import AwsError
from sandbox.aws.world import World

CREATION_TIMEOUT = timedelta(minutes=25)
"""How long EKS waits for a new group's instances before the creation has failed; reports say 15 to 35."""

ISSUE_CODES = {"InsufficientFreeAddressesInSubnet": "InsufficientFreeAddresses"}
"""EKS's health issue for an EC2 error; AsgInstanceLaunchFailures for every other."""

NOT_READY = ("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster")
"""EKS's health issue for nodes that have joined and are not Ready
(https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html, managed node group errors)."""


@dataclass
class NodeGroup:
    """One managed node group.

    `scaling` has `minSize`, `maxSize` and `desiredSize`; labels and taints as EKS spells them.
    """

    name: str
    cluster_name: str
    arn: str
    id: str
    created: datetime
    modified: datetime
    node_role: str
    launch: GroupLaunch
    scaling: dict[str, int]
    version: str
    release_version: str
    labels: dict[str, str]
    taints: list[dict[str, str]]
    update_config: dict[str, int]
    tags: dict[str, str]
    issue: tuple[str, str] | None = None
    completed: bool = False
    _instance_ids: list[str] = field(default_factory=list)
    _ready_ids: set[str] = field(default_factory=set)
    """Instances whose nodes have been Ready once."""

    @property
    def auto_scaling_group(self) -> str:
        """Name of the Auto Scaling group that would hold the instances."""
        return f"eks-{self.name}-{self.id}"

    def members(self, world: World) -> list[LaunchedInstance]:
        """The group's live instances, oldest first."""
        found = (world.instances.get(instance_id) for instance_id in self._instance_ids)
        return [instance for instance in found if instance is not None and instance.is_live]

    def status(self, world: World) -> str:
        """`CREATING` until all instances run once; then `ACTIVE`, or `DEGRADED` while one cannot be had."""
        if self.completed:
            return "DEGRADED" if self.issue else "ACTIVE"
        return "CREATE_FAILED" if world.now() - self.created > CREATION_TIMEOUT else "CREATING"

    def reconcile(self, world: World) -> None:
        """Bring the instances nearer to what is wanted, as far as capacity allows now."""
        wanted = self.scaling["desiredSize"]
        members = self.members(world)
        # The oldest first, which are also those of an older template version.
        self._terminate(world, members[: max(len(members) - wanted, 0)])
        if self._launch_missing(world, wanted):
            outdated = [one for one in self.members(world) if not self._is_current(one)]
            self._terminate(world, outdated[: self.update_config.get("maxUnavailable", 1)])
            self._launch_missing(world, wanted)
        running = {one.id for one in self.members(world) if one.state == "running"}
        if vpc_cni.has_rights(world, self.cluster_name, self.node_role):
            self._ready_ids |= running
        if running - self._ready_ids and self.issue is None:
            self.issue = NOT_READY
        self.completed = self.completed or len(running & self._ready_ids) == wanted

    def end(self, world: World, instance_id: str, *, fewer: bool) -> None:
        """End one instance; with `fewer` no other takes its place, and the group stays above its minimum."""
        if fewer:
            if self.scaling["desiredSize"] <= self.scaling["minSize"]:
                raise AwsError(
                    "ValidationError",
                    "Currently, desiredSize equals minSize. Terminating instance without replacement will "
                    "violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to "
                    "false or lower group's min size.",
                )
            self.scaling = {**self.scaling, "desiredSize": self.scaling["desiredSize"] - 1}
        world.ec2.terminate_instances([instance_id])
        self.reconcile(world)

    def terminate_all(self, world: World) -> None:
        """End every instance; the group is being deleted."""
        self._terminate(world, self.members(world))

    def _is_current(self, instance: LaunchedInstance) -> bool:
        return self.launch.is_current(instance, self.version)

    def _terminate(self, world: World, instances: list[LaunchedInstance]) -> None:
        if instances:
            world.ec2.terminate_instances([instance.id for instance in instances])

    def _launch_missing(self, world: World, wanted: int) -> bool:
        """Launch until the number is reached. False, and a health issue, where capacity ran out."""
        while len(self.members(world)) < wanted:
            instance = self._launch_one(world)
            if instance is None:
                return False
            self._instance_ids.append(instance.id)
        self.issue = None
        return True

    def _launch_one(self, world: World) -> LaunchedInstance | None:
        for instance_type, subnet_id in self._places(world):
            try:
                data, version = self.launch.data(world, self, instance_type)
                launch = launches.resolve(world, data, version, self.launch.bought_as, subnet_id)
                capacity.check(world, launch)
                return launching.start(world, launch)
            except (AwsError, ServiceException) as error:
                code = ISSUE_CODES.get(error.code, "AsgInstanceLaunchFailures")
                message = f"Could not launch {self.launch.described}. {error.code} - {error.message}"
                self.issue = (code, f"{message} Launching EC2 instance failed.")
        return None

    def _places(self, world: World) -> Iterator[tuple[str, str]]:
        """Types in the order given, each in the subnet with the fewest of the group's instances first."""
        crowd: Mapping[str, int] = {
            subnet_id: sum(one.launch.subnet.id == subnet_id for one in self.members(world))
            for subnet_id in self.launch.subnets
        }
        for instance_type in self.launch.instance_types:
            for subnet_id in sorted(self.launch.subnets, key=lambda subnet_id: crowd[subnet_id]):
                yield instance_type, subnet_id

    def description(self, world: World) -> dict[str, Any]:
        """The group as DescribeNodegroup shows it."""
        issues = [
            {"code": code, "message": message, "resourceIds": [self.auto_scaling_group]}
            for code, message in ([self.issue] if self.issue else [])
        ]
        return {
            "nodegroupName": self.name,
            "nodegroupArn": self.arn,
            "clusterName": self.cluster_name,
            "version": self.version,
            "releaseVersion": self.release_version,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "status": self.status(world),
            "scalingConfig": self.scaling,
            "nodeRole": self.node_role,
            "labels": self.labels,
            "taints": self.taints,
            "resources": {"autoScalingGroups": [{"name": self.auto_scaling_group}]},
            "health": {"issues": issues},
            "updateConfig": self.update_config,
            "tags": self.tags,
            **self.launch.description(),
        }
