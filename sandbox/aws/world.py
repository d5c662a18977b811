"""The state of the emulated account: what moto holds, what is kept beside it, and the time.

One lock guards all of it. moto was not written for calls that change things at the same time, and Pulumi,
Karpenter and the joiner all do; a call takes milliseconds, so they take turns. Only SQS's long polls wait
outside the lock.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from moto.utilities.utils import get_partition

from sandbox.aws import moto_backends
from sandbox.aws.calls import Calls
from sandbox.aws.errors import not_found
from sandbox.aws.faults import Faults

if TYPE_CHECKING:
    from sandbox.aws.ec2.capacity_reservations import CapacityReservation
    from sandbox.aws.ec2.instances import LaunchedInstance
    from sandbox.aws.ec2.placement_groups import PlacementGroup
    from sandbox.aws.eks.clusters import Cluster

ACCOUNT = "123456789012"
"""moto's account for keys it does not know."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class World:
    """One account in one region. `clock` gives the time that instances boot and reservations end by."""

    def __init__(self, region: str, clock: Clock = utc_now) -> None:
        """A new account, empty but for its default VPC. What the process held before is forgotten."""
        self.region = region
        self.account = ACCOUNT
        self.partition = get_partition(region)
        self.now = clock
        self.lock = RLock()
        self.faults = Faults()
        self.calls = Calls()
        self.ec2 = moto_backends.new_account(ACCOUNT, region)
        self.iam = moto_backends.identity_management(ACCOUNT, region)
        self.events = moto_backends.event_bridge(ACCOUNT, region)
        self.logs = moto_backends.cloud_watch_logs(ACCOUNT, region)
        self.late_logs: set[str] = set()
        """Log groups that EKS makes again once they are deleted, as their clusters have gone a moment ago."""
        self.instances: dict[str, LaunchedInstance] = {}
        self.placement_groups: dict[str, PlacementGroup] = {}
        self.capacity_reservations: dict[str, CapacityReservation] = {}
        self.clusters: dict[str, Cluster] = {}
        self.control_planes: dict[str, tuple[str, str]] = {}
        """Endpoint and certificate authority of the control plane behind a cluster, by name; `*` is any."""

        self.caller = self.principal_of("")
        """ARN of the IAM user or role whose call is being answered."""

    def principal_of(self, access_key: str) -> str:
        """ARN of the role behind a session, by the session's key; of moto's only user for any other key."""
        role = moto_backends.role_behind(self.account, self.region, access_key)
        return role or f"arn:{self.partition}:iam::{self.account}:user/moto"

    def arn(self, service: str) -> str:
        """The start of an ARN in this account and region, without the resource."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}"

    def cluster(self, name: str) -> "Cluster":
        """The EKS cluster of that name. Raises EKS's error where there is none."""
        if name not in self.clusters:
            raise not_found(f"No cluster found for name: {name}.")
        return self.clusters[name]

    def control_plane(self, cluster: str) -> tuple[str, str] | None:
        """Endpoint and certificate authority behind a cluster, where one was announced."""
        return self.control_planes.get(cluster) or self.control_planes.get("*")

    def live_instances(self) -> Iterator["LaunchedInstance"]:
        """Every instance that is pending or running, oldest first."""
        return (instance for instance in list(self.instances.values()) if instance.is_live)
