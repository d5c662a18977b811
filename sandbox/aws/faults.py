"""Faults on order: no capacity, throttling, server errors, slow boots.

Set over `/_sandbox/faults`, kept until changed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from sandbox.aws.errors import AwsError

CAPACITY_TYPES = ("*", "on-demand", "spot", "reserved")


@dataclass(frozen=True)
class InsufficientCapacity:
    """No instance of this type in this zone for this capacity type. `*` matches all."""

    instance_type: str = "*"
    zone: str = "*"
    capacity_type: str = "*"

    def covers(self, instance_type: str, zone: str, capacity_type: str) -> bool:
        """Whether a launch of this kind fails."""
        wanted = (self.instance_type, self.zone, self.capacity_type)
        return all(
            want in ("*", got) for want, got in zip(wanted, (instance_type, zone, capacity_type), strict=True)
        )


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
    calls: list[FailingCall] = field(default_factory=list)
    boot_delay_seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def lacks_capacity(self, instance_type: str, zone: str, capacity_type: str) -> bool:
        """Whether EC2 has none of these now. `capacity_type` is `on-demand`, `spot` or `reserved`."""
        return any(rule.covers(instance_type, zone, capacity_type) for rule in self.insufficient_capacity)

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
        known = {"insufficient_capacity", "throttle", "errors", "boot_delay_seconds"}
        if unknown := set(document) - known:
            raise ValueError(
                f"{sorted(unknown)[0]}: not a kind of fault; allowed are {', '.join(sorted(known))}"
            )
        try:
            rules = tuple(InsufficientCapacity(**rule) for rule in document.get("insufficient_capacity", ()))
            throttled = [FailingCall(**call) for call in document.get("throttle", ())]
            failing = [FailingCall(throttle=False, **call) for call in document.get("errors", ())]
            delay = float(document.get("boot_delay_seconds", 0))
        except (TypeError, ValueError) as error:
            raise ValueError(f"faults: {error}") from error
        for rule in rules:
            if rule.capacity_type not in CAPACITY_TYPES:
                allowed = ", ".join(CAPACITY_TYPES)
                raise ValueError(
                    f"insufficient_capacity: {rule.capacity_type!r} is no capacity type; allowed: {allowed}"
                )
        with self._lock:
            self.insufficient_capacity = rules
            self.calls = throttled + failing
            self.boot_delay_seconds = delay


def _error(service: str, call: FailingCall) -> AwsError:
    if not call.throttle:
        code = "InternalError" if service == "ec2" else "InternalFailure"
        return AwsError(code, "An internal error has occurred (ordered from the sandbox).", call.status)
    if service == "ec2":
        return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
    return AwsError("ThrottlingException", "Rate exceeded", 400)
