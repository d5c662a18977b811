"""What a gp3 volume may be asked for.

EBS user guide, general-purpose, and EC2 API reference, CreateVolume and EbsBlockDevice.
"""

from knowledge.fault import Fault

GP3_IOPS = (3_000, 80_000)
"""Fewest, which come with every volume, and most I/O operations a second."""

GP3_THROUGHPUT = (125, 2_000)
"""Least, which comes with every volume, and most MiB a second."""

IOPS_A_GIB = 500
"""Most I/O operations a second for each GiB of the volume."""

IOPS_A_MIB = 4
"""Fewest I/O operations a second for each MiB a second."""


def iops_fault(iops: int, gib: int) -> Fault | None:
    """What is wrong with so many I/O operations a second for a volume of this size."""
    most = max(IOPS_A_GIB * gib, GP3_IOPS[0])
    if iops <= most:
        return None
    problem = f"{iops} I/O operations a second are too many for {gib} GiB"
    return Fault(problem, f"at most {most}: {IOPS_A_GIB} a GiB", "lower it, or raise diskGib")


def throughput_fault(throughput: int, iops: int) -> Fault | None:
    """What is wrong with so many MiB a second for a volume of so many I/O operations a second."""
    if throughput * IOPS_A_MIB <= iops:
        return None
    problem = f"{throughput} MiB a second are too many for {iops} I/O operations a second"
    allowed = f"at most {iops // IOPS_A_MIB}: a quarter of iops"
    return Fault(problem, allowed, f"lower it, or set iops {throughput * IOPS_A_MIB}")
