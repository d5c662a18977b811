"""Checks of disks: a root volume that EBS would make, and a key that lets nodes have theirs."""

from collections.abc import Iterator

from knowledge.gp3 import iops_fault, throughput_fault
from settings.faults import Fault
from settings.nodes import NodeGroupSettings, ProvisionerSettings
from settings.reading import Entry, Reading
from settings.survey import Account

AWS_KEY = "alias/aws/ebs"
"""AWS's own key for volumes, which lets in whoever in the account uses EBS."""


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


def storage_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """A key of the account's own for volumes: nodes can be launched only where its policy lets them."""
    del reading
    key = account.volume_key if account else None
    if key and not key.endswith(AWS_KEY):
        what = f"this account encrypts volumes with {key}: without its leave nodes end as they are launched"
        allowed = "its policy must name Auto Scaling's role and Karpenter's"
        yield Fault("aws:region", what, allowed, "add the statements of docs/nodes.md to it")
