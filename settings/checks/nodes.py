"""Checks of `nodeGroups` and `systemNodes` beyond those of all nodes: sizes, key pairs, the system's own."""

from collections.abc import Iterator

from knowledge.ami import group_release_fault
from settings.checks.capacity import LONGEST_NAME
from settings.checks.hardware import type_faults
from settings.cluster import SystemNodesSettings
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed, quoted

MOST_TAINTS = 50
"""EKS user guide, node-taints-managed-node-groups: a node group takes up to 50 taints."""


def check_nodes(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of node groups alone, and of the system nodes."""
    for entry in reading.node_groups:
        path, group = entry.path, entry.settings
        yield from _sizes(path, group.min_nodes, group.desired_nodes, group.max_nodes)
        yield from _key_pair(f"{path}.keyPair", group.key_pair, account)
        if len(group.taints) > MOST_TAINTS:
            what = f"{len(group.taints)} are too many"
            yield Fault(f"{path}.taints", what, f"EKS takes at most {MOST_TAINTS}")
    system = reading.system_nodes
    if not system:
        return
    yield from _sizes("systemNodes", system.min_nodes, system.desired_nodes, system.max_nodes)
    yield from _system_types(system, account)
    release, cluster = system.ami.release, reading.cluster
    fault = group_release_fault(release, cluster.version) if release is not None and cluster else None
    if fault:
        yield Fault.at("systemNodes.ami.release", fault)


def _sizes(path: str, least: int, desired: int, most: int) -> Iterator[Fault]:
    """Fewest, wanted and most nodes in this order."""
    if least > most:
        yield Fault(f"{path}.minNodes", f"{least} is more than maxNodes {most}")
    elif desired > most:
        yield Fault(f"{path}.desiredNodes", f"{desired} is more than maxNodes {most}")
    elif desired < least:
        yield Fault(f"{path}.desiredNodes", f"{desired} is less than minNodes {least}")


def _key_pair(path: str, name: str | None, account: Account | None) -> Iterator[Fault]:
    """The name must be one, and that of a key pair EC2 has."""
    if name is None:
        return
    if name.startswith("ssh-") or "PRIVATE KEY" in name:
        yield Fault(path, "this is a key, not the name of a key pair", cure="import it to EC2, give its name")
    elif name.endswith(".pem"):
        yield Fault(path, f"{quoted(name)} is a file", cure="give the name EC2 knows the key pair by")
    elif not name.strip() or not name.isascii() or len(name) > LONGEST_NAME:
        allowed = f"1 to {LONGEST_NAME} ASCII characters"
        yield Fault(path, f"{quoted(name)} is not the name of a key pair", allowed)
    elif account and name not in account.key_pairs:
        what = f"there is no key pair {quoted(name)} in {account.region}"
        yield Fault(path, what, cure="import it to EC2, or leave keyPair out")


def _system_types(system: SystemNodesSettings, account: Account | None) -> Iterator[Fault]:
    """System nodes stand in every zone of the stack and share one image."""
    names = system.instance_types
    if not names:
        yield Fault("systemNodes.instanceTypes", "at least one is needed")
    for index, name in enumerate(names):
        path = f"systemNodes.instanceTypes[{index}]"
        if name in names[:index]:
            yield Fault(path, f'"{name}" is listed twice')
        elif account:
            yield from type_faults(path, name, account)
            there = [zone for zone in account.zones if zone in account.region_zones]
            if lacking := [zone for zone in there if zone not in account.offers.get(name, there)]:
                what = f"{name} is not offered in {listed(lacking)}"
                yield Fault(path, what, f"offered in {listed(account.offers[name])}")
    known = [account.types[name] for name in names if name in account.types] if account else []
    for other in known[1:]:
        if other.architecture != known[0].architecture:
            what = f"{known[0].name} is {known[0].architecture} but {other.name} is {other.architecture}"
            cure = "keep one architecture"
            yield Fault("systemNodes.instanceTypes", what, "a node group has one image", cure)
            return
