"""The fault that a user has ordered for NCCL tests: the command line writes a file that the agent reads."""

from enum import StrEnum

from sandbox.paths import SandboxPaths
from sandbox.world import orders


class NcclFault(StrEnum):
    """What goes wrong with an NCCL test. All but the last strike the runs over EFA."""

    SOCKET_FALLBACK = "socket-fallback"
    WRONG_VALUES = "wrong-values"
    TRUNCATED = "truncated"
    LAUNCHER_CRASH = "launcher-crash"
    IMAGE_PULL = "image-pull"


def order(paths: SandboxPaths, fault: NcclFault) -> None:
    """From now on, this one instead of any other."""
    orders.order(paths.nccl_fault, fault)


def lift(paths: SandboxPaths) -> None:
    """From now on, none."""
    paths.nccl_fault.unlink(missing_ok=True)


def in_force(paths: SandboxPaths) -> NcclFault | None:
    """The fault that was ordered last and not lifted."""
    return orders.in_force(paths.nccl_fault, NcclFault)
