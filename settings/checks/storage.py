"""Checks of disks: a root volume that EBS would make."""

from collections.abc import Iterator

from knowledge.gp3 import iops_fault, throughput_fault
from settings.faults import Fault
from settings.nodes import NodeGroupSettings, ProvisionerSettings
from settings.reading import Entry, Reading
from settings.survey import Account


def check_storage(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Volumes faster than their size allows; the account has no say in it."""
    del account
    entries: list[Entry[NodeGroupSettings] | Entry[ProvisionerSettings]] = [
        *reading.node_groups,
        *reading.provisioners,
    ]
    for entry in entries:
        path, storage = f"{entry.path}.storage", entry.settings.storage
        if fault := iops_fault(storage.iops, entry.settings.disk_gib):
            yield Fault.at(f"{path}.iops", fault)
        if fault := throughput_fault(storage.throughput, storage.iops):
            yield Fault.at(f"{path}.throughput", fault)
