"""Faults on order: no capacity, refused launches, throttling, server errors, slow boots.

Set over `/_sandbox/faults`, kept until changed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from sandbox.aws.errors import AwsError

CAPACITY_TYPES = ("*", "on-demand", "spot", "reserved")


REFUSALS = {
    "vcpu-limit": (
        "VcpuLimitExceeded",
        "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance "
        "bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    ),
    "spot-limit": ("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded"),
    "spot-role": (
        "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
        "The provided credentials do not have permission to create the service-linked role for EC2 Spot "
        "Instances.",
    ),
    "no-addresses": (
        "InsufficientFreeAddressesInSubnet",
        "There are not enough free addresses in the subnet to satisfy the request.",
    ),
}
"""What EC2 answers to a launch that the account does not allow, by kind of refusal: code and sentence; codes:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""

EBS_KEY = "ebs-key"
"""EC2 accepts the launch and ends the instance at once, as where its volume's key may not be used."""


@dataclass(frozen=True)
class Launches:
    """Launches of this type in this zone for this capacity type. `*` matches all."""

    instance_type: str = "*"
    zone: str = "*"
    capacity_type: str = "*"

    def __post_init__(self) -> None:
        """Refuse a capacity type that is none: it would match nothing."""
        if self.capacity_type not in CAPACITY_TYPES:
            allowed = ", ".join(CAPACITY_TYPES)
            raise ValueError(f"{self.capacity_type!r} is no capacity type; allowed: {allowed}")

    def covers(self, instance_type: str, zone: str, capacity_type: str) -> bool:
        """Whether a launch is one of them."""
        wanted = (self.instance_type, self.zone, self.capacity_type)
        return all(
            want in ("*", got) for want, got in zip(wanted, (instance_type, zone, capacity_type), strict=True)
        )


@dataclass(frozen=True)
class InsufficientCapacity(Launches):
    """EC2 has no instance for these."""


@dataclass(frozen=True)
class RefusedLaunches(Launches):
    """The account does not allow these. `kind` is one of `REFUSALS`, or `EBS_KEY`.

    Those of Spot are of spot launches only, whatever the rule covers.
    """

    kind: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind that nobody knows, as well."""
        super().__post_init__()
        if self.kind not in (*REFUSALS, EBS_KEY):
            raise ValueError(f"{self.kind!r} is no kind; allowed: {', '.join((*REFUSALS, EBS_KEY))}")

    def covers(self, instance_type: str, zone: str, capacity_type: str) -> bool:
        """Whether a launch is refused."""
        of_spot = self.kind.startswith("spot-")
        return (capacity_type == "spot" or not of_spot) and super().covers(instance_type, zone, capacity_type)


@dataclass
class FailingCall:
    """The next `remaining` calls of an operation fail: throttled at status 503, or with the status given."""

    operation: str
    remaining: int
    status: int = 503
    throttle: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no number: it would fail every call instead of the ones meant."""
        for number in (self.remaining, self.status):
            if not isinstance(number, int):
                raise TypeError(f"{number!r} is no whole number")


@dataclass
class Faults:
    """All faults now in force. Safe for several threads."""

    insufficient_capacity: tuple[InsufficientCapacity, ...] = ()
    refused_launches: tuple[RefusedLaunches, ...] = ()
    calls: list[FailingCall] = field(default_factory=list)
    boot_delay_seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def lacks_capacity(self, instance_type: str, zone: str, capacity_type: str) -> bool:
        """Whether EC2 has none of these now. `capacity_type` is `on-demand`, `spot` or `reserved`."""
        return any(rule.covers(instance_type, zone, capacity_type) for rule in self.insufficient_capacity)

    def refusal(self, instance_type: str, zone: str, capacity_type: str) -> str | None:
        """The kind of refusal that a launch meets now, or None. Capacity types as for `lacks_capacity`."""
        met = (rule.kind for rule in self.refused_launches if rule.covers(instance_type, zone, capacity_type))
        return next(met, None)

    def raise_for(self, service: str, operation: str) -> None:
        """Count one call and raise the error that was ordered for it, if any."""
        with self._lock:
            for call in self.calls:
                if call.operation == operation and call.remaining > 0:
                    call.remaining -= 1
                    raise _error(service, call)

    def as_json(self) -> dict[str, Any]:
        """The document that `replace` takes, with the counts as they are now."""
        with self._lock:
            return {
                "insufficient_capacity": [asdict(rule) for rule in self.insufficient_capacity],
                "refused_launches": [asdict(rule) for rule in self.refused_launches],
                "throttle": [
                    {"operation": call.operation, "remaining": call.remaining}
                    for call in self.calls
                    if call.throttle
                ],
                "errors": [
                    {"operation": call.operation, "status": call.status, "remaining": call.remaining}
                    for call in self.calls
                    if not call.throttle
                ],
                "boot_delay_seconds": self.boot_delay_seconds,
            }

    def replace(self, document: Mapping[str, Any]) -> None:
        """Put the faults of a JSON document in force in place of all others.

        Raises ValueError with a one-line reason.
        """
        known = {"insufficient_capacity", "refused_launches", "throttle", "errors", "boot_delay_seconds"}
        if unknown := set(document) - known:
            raise ValueError(
                f"{sorted(unknown)[0]}: not a kind of fault; allowed are {', '.join(sorted(known))}"
            )
        try:
            rules = tuple(InsufficientCapacity(**rule) for rule in document.get("insufficient_capacity", ()))
            refused = tuple(RefusedLaunches(**rule) for rule in document.get("refused_launches", ()))
            throttled = [FailingCall(**call) for call in document.get("throttle", ())]
            failing = [FailingCall(throttle=False, **call) for call in document.get("errors", ())]
            delay = float(document.get("boot_delay_seconds", 0))
        except (TypeError, ValueError) as error:
            raise ValueError(f"faults: {error}") from error
        with self._lock:
            self.insufficient_capacity = rules
            self.refused_launches = refused
            self.calls = throttled + failing
            self.boot_delay_seconds = delay


def _error(service: str, call: FailingCall) -> AwsError:
    if not call.throttle:
        code = "InternalError" if service == "ec2" else "InternalFailure"
        return AwsError(code, "An internal error has occurred (ordered from the sandbox).", call.status)
    if service == "ec2":
        return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
    return AwsError("ThrottlingException", "Rate exceeded", 400)
