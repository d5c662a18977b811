"""Checks against what EC2 has: instance types that exist, have EFA, and are offered where they should run."""

import re
from collections.abc import Iterable, Iterator

from knowledge.efa_interfaces import UNVERIFIED
from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.network import NetworkSettings
from settings.placement import home_zone
from settings.reading import Reading
from settings.survey import Account
from settings.words import did_you_mean, listed

_FAMILY = re.compile(r"(?=.*[0-9])[a-z][a-z0-9-]*")
"""Such as p5, p6-b200, u-6tb1 and mac-m4pro
(https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html)."""


def check_hardware(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of instance types and zones of node groups and provisioners."""
    for pool in pools_of(reading):
        names = pool.type_names
        for index, (path, name) in enumerate(pool.types):
            if name in names[:index]:
                yield Fault(path, f'"{name}" is listed twice')
            elif account:
                yield from type_faults(path, name, account)
                if pool.efa != "none":
                    yield from _without_efa(path, name, pool, account)
        if account:
            yield from _zone(pool, account, reading.network)


def hardware_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Types whose interfaces are laid out by a table that others contradict."""
    del account
    for pool in pools_of(reading):
        for path, name in pool.types if pool.efa == "static" else ():
            if doubt := UNVERIFIED.get(name):
                what = f"the layout of {name}'s EFA interfaces is not verified"
                cure = (
                    f"look at `aws ec2 describe-instance-types --instance-types {name}` before you pay for it"
                )
                yield Fault(path, what, doubt, cure)


def type_faults(path: str, name: str, account: Account) -> Iterator[Fault]:
    """The fault of an instance type that the region does not have, or that a list of one day does not."""
    if name in account.types:
        return
    names = tuple(account.type_names())
    guess = did_you_mean(name, names)
    if account.listed_on and may_be_new(name, names):
        what = f'"{name}" is not in the list of instance types of {account.listed_on}'
        yield Fault(path, what, "only AWS can tell", guess, certain=False)
    else:
        yield Fault(path, f'unknown type "{name}" in {account.region}', cure=guess)


def may_be_new(name: str, known: Iterable[str]) -> bool:
    """Whether EC2 may have a type of this name some day: the name has the form of one, and its size is a
    size that types have."""
    family, _, size = name.partition(".")
    return bool(_FAMILY.fullmatch(family)) and size in {other.partition(".")[2] for other in known}


def _without_efa(path: str, name: str, pool: Pool, account: Account) -> Iterator[Fault]:
    known = account.types.get(name)
    if known and not known.efa_interfaces:
        family = name.partition(".")[0]
        with_efa = sorted(account.efa_type_names())
        relatives = [other for other in with_efa if other.partition(".")[0] == family]
        cure = f"or set efa {'none' if pool.by_karpenter else 'false'}"
        yield Fault(path, f"{name} has no EFA", f"EFA types here: {listed(relatives or with_efa)}", cure)


def zone_fault(path: str, zone: str, account: Account) -> Fault | None:
    """The fault of a zone that the region does not have, or that is named by its id."""
    if zone in account.region_zones:
        return None
    guess = next((name for name, zone_id in account.region_zones.items() if zone_id == zone), "")
    cure = f'"{zone}" is an id: did you mean "{guess}"?' if guess else ""
    return Fault(path, f"{zone} is not in {account.region}", f"zones: {listed(account.region_zones)}", cure)


def _with_zone(zone: str, account: Account, network: NetworkSettings | None) -> str:
    """How the stack comes to have a subnet in one more zone."""
    if network and network.existing and zone not in network.existing.private_subnet_ids:
        return f"add a subnet of {zone} to network.existing.privateSubnetIds"
    return f"set network.zones to [{', '.join([*account.zones, zone])}]"


def _zone(pool: Pool, account: Account, network: NetworkSettings | None) -> Iterator[Fault]:
    """The zone must be one of the stack's and offer every type; where none is named, some zone must."""
    path = f"{pool.path}.zone"
    known = [name for name in pool.type_names if name in account.types]
    if pool.zone is None:
        if account.zones and not home_zone(None, known, account.zones, lambda name: account.offers[name]):
            common = sorted(set.intersection(*(set(account.offers[name]) for name in known)))
            where = f"offered in {listed(common)}" if common else "no zone of the region offers all of them"
            cure = _with_zone(common[0], account, network) if common else "split it"
            what = f"no zone of this stack ({listed(account.zones)}) offers {listed(known)}"
            yield Fault(path, what, where, cure)
    elif fault := zone_fault(path, pool.zone, account):
        yield fault
    else:
        if account.zones and pool.zone not in account.zones:
            cure = _with_zone(pool.zone, account, network)
            what = f"this stack has no subnet in {pool.zone}"
            yield Fault(path, what, f"it has {listed(account.zones)}", cure)
        for name in known:
            if pool.zone not in account.offers[name]:
                what = f"{name} is not offered in {pool.zone}"
                yield Fault(path, what, f"offered in {listed(account.offers[name])}")
