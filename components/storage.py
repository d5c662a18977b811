"""What becomes of the disks that an instance type brings."""

from collections.abc import Iterable

from knowledge.hardware import InstanceType
from settings.nodes import Storage


def uses_instance_store(settings: Storage, instance_types: Iterable[InstanceType]) -> bool:
    """Whether there are local disks to be joined; nodeadm and Karpenter do nothing for a type without."""
    wanted = settings.instance_store == "raid0"
    return wanted and any(instance_type.instance_store_gb for instance_type in instance_types)
