"""Faults that a user may order: of the emulated AWS, as changes to its document, and of NCCL tests."""

from enum import Enum
from typing import Any

from sandbox.world.jobs.fault import JobFault
from sandbox.world.mpi.fault import NcclFault
from sandbox.world.mpi.slow import Slow

Faults = dict[str, Any]
"""Of `/_sandbox/faults`: `insufficient_capacity`, `refused_launches`, `throttle`, `errors`,
`boot_delay_seconds`, as sandbox/aws/faults.py reads."""

NO_FAULTS: Faults = {
    "insufficient_capacity": [],
    "refused_launches": [],
    "throttle": [],
    "errors": [],
    "boot_delay_seconds": 0,
}


class LaunchFault(Enum):
    """Why an account's launches fail whatever capacity EC2 has; kinds of sandbox/aws/faults.py."""

    VCPU_LIMIT = "vcpu-limit"
    SPOT_LIMIT = "spot-limit"
    SPOT_ROLE = "spot-role"
    NO_ADDRESSES = "no-addresses"
    EBS_KEY = "ebs-key"


_LAUNCH_WORDS = {
    LaunchFault.VCPU_LIMIT: "the account's quota of vCPUs is 0",
    LaunchFault.SPOT_LIMIT: "the account's quota of Spot is used up",
    LaunchFault.SPOT_ROLE: "the account has no service-linked role for Spot",
    LaunchFault.NO_ADDRESSES: "the subnets have no free address",
    LaunchFault.EBS_KEY: "instances end as they begin: their volume's key may not be used",
}

NCCL_WORDS = {
    NcclFault.SOCKET_FALLBACK: "tests over EFA fall back to TCP",
    NcclFault.WRONG_VALUES: "tests over EFA compute wrong values",
    NcclFault.TRUNCATED: "logs of tests over EFA lose their end",
    NcclFault.LAUNCHER_CRASH: "tests over EFA crash",
    NcclFault.IMAGE_PULL: "no test finds its image",
}
"""What each does, in a line."""

JOB_WORDS = {
    JobFault.TCP: "pods of training jobs that start go over TCP",
    JobFault.MIXED: "of the pods of training jobs that start only the first goes over EFA",
}
"""The same for training jobs."""


def out_of_capacity(faults: Faults, instance_type: str, zone: str, capacity_type: str) -> Faults:
    """No more instances of a type in a zone; `*` stands for any."""
    rule = {"instance_type": instance_type, "zone": zone, "capacity_type": capacity_type}
    rules = [old for old in faults["insufficient_capacity"] if old != rule]
    return {**faults, "insufficient_capacity": [*rules, rule]}


def refused(faults: Faults, kind: LaunchFault, instance_type: str, zone: str) -> Faults:
    """Launches of a type in a zone fail for a reason that is the account's; `*` stands for any."""
    rule = {"instance_type": instance_type, "zone": zone, "capacity_type": "*", "kind": kind.value}
    rules = [old for old in faults["refused_launches"] if old != rule]
    return {**faults, "refused_launches": [*rules, rule]}


def throttled(faults: Faults, operation: str, times: int) -> Faults:
    """The next `times` calls of an operation, such as CreateFleet, are refused as too many."""
    others = [old for old in faults["throttle"] if old["operation"] != operation]
    return {**faults, "throttle": [*others, {"operation": operation, "remaining": times}]}


def slow_boot(faults: Faults, seconds: float) -> Faults:
    """Every instance stays pending for so many seconds."""
    return {**faults, "boot_delay_seconds": seconds}


def described(faults: Faults) -> list[str]:
    """Each fault in force as one line."""
    lines = [
        f"out of capacity: {rule['instance_type']} in {rule['zone']}, {rule['capacity_type']}"
        for rule in faults["insufficient_capacity"]
    ]
    lines += [
        f"{_LAUNCH_WORDS[LaunchFault(rule['kind'])]}: {rule['instance_type']} in {rule['zone']}"
        for rule in faults["refused_launches"]
    ]
    lines += [
        f"throttle: {c['operation']}, {c['remaining']} more times"
        for c in faults["throttle"]
        if c["remaining"]
    ]
    lines += [f"error {c['status']}: {c['operation']}, {c['remaining']} more times" for c in faults["errors"]]
    if faults["boot_delay_seconds"]:
        lines.append(f"boot delay: {faults['boot_delay_seconds']:g} s")
    return lines


def described_nccl(fault: NcclFault | None, slow: Slow = frozenset()) -> list[str]:
    """The fault of NCCL tests as one line, if there is one, and a line for each slow node or link."""
    slowed = [f"nccl: slow {' - '.join(sorted(names))}" for names in slow]
    return [*([f"nccl: {NCCL_WORDS[fault]}"] if fault else []), *sorted(slowed)]


def described_jobs(fault: JobFault | None) -> list[str]:
    """The fault of training jobs as one line, if there is one."""
    return [f"job: {JOB_WORDS[fault]}"] if fault else []
