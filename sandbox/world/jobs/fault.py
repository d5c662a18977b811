"""What a user has ordered for training jobs: the command line writes a file that the agent reads."""

from enum import StrEnum

from sandbox.paths import SandboxPaths
from sandbox.world import orders


class JobFault(StrEnum):
    """Over what the pods of a job go that should all go over EFA."""

    TCP = "tcp"
    MIXED = "mixed"


def order(paths: SandboxPaths, fault: JobFault) -> None:
    """From now on, this one instead of any other, for pods that start."""
    orders.order(paths.job_fault, fault)


def lift(paths: SandboxPaths) -> None:
    """From now on, none."""
    paths.job_fault.unlink(missing_ok=True)


def in_force(paths: SandboxPaths) -> JobFault | None:
    """The fault that was ordered last and not lifted."""
    return orders.in_force(paths.job_fault, JobFault)
