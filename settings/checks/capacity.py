"""Checks of how nodes are bought and placed: capacity types, reservations, placement groups."""

import re
from collections.abc import Iterator

from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed, quoted

MOST_RESERVATIONS = 30
"""`capacityReservationSelectorTerms` of an EC2NodeClass has `maxItems: 30` (Karpenter 1.14.0)."""
LONGEST_NAME = 255
"""Names of placement groups and key pairs: up to 255 ASCII characters (EC2 API reference)."""

OVER = frozenset({"expired", "cancelled", "failed", "payment-failed", "unsupported"})
"""States in which a reservation gives nothing any more (EC2 API reference, CapacityReservation)."""

_PLACEMENT_GROUP_ID = re.compile(r"^pg-[0-9a-f]+$")


def check_capacity(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of capacity types, reservations and placement groups."""
    for pool in pools_of(reading):
        yield from _capacity_types(pool)
        yield from _reservations(pool)
        if account:
            yield from _capacity_blocks(pool, account)
        yield from _placement_group(pool, account)
        gate_off = reading.karpenter and not reading.karpenter.feature_gates.reserved_capacity
        if pool.by_karpenter and _wants_reservation(pool) and gate_off:
            path = "karpenter.featureGates.reservedCapacity"
            yield Fault(path, f'false, but "{pool.name}" buys reserved capacity', cure="set it true")


def capacity_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Spot nodes that a cluster placement group keeps together in one place of one zone."""
    del account
    for pool in pools_of(reading):
        only_spot = {kind for _, kind in pool.capacity} == {"spot"}
        if only_spot and pool.placement_group is True:
            what = "spot has the least capacity where a group keeps its nodes together"
            yield Fault(f"{pool.path}.placementGroup", what, cure="set it false, or buy on-demand")


def _wants_reservation(pool: Pool) -> bool:
    return any(kind in ("reserved", "capacity-block") for _, kind in pool.capacity)


def _capacity_types(pool: Pool) -> Iterator[Fault]:
    """The capacity type and the reservation must agree."""
    kinds = [kind for _, kind in pool.capacity]
    for index, (path, kind) in enumerate(pool.capacity):
        if kind in kinds[:index]:
            yield Fault(path, f'"{kind}" is listed twice')
    key, ids_key = "capacityType", "reservationId"
    if pool.by_karpenter:
        key, ids_key = "capacityTypes", "reservationIds"
    if not kinds:
        yield Fault(f"{pool.path}.{key}", "at least one is needed")
    if pool.reservations and not _wants_reservation(pool):
        got = listed(map(quoted, kinds))
        what = f'a capacity reservation needs "reserved" or "capacity-block", got {got}'
        yield Fault(f"{pool.path}.{key}", what)
    if _wants_reservation(pool) and not pool.reservations:
        kind = next(kind for kind in kinds if kind in ("reserved", "capacity-block"))
        place = f"{pool.path}.{ids_key}" + ("[0]" if pool.by_karpenter else "")
        cure = f"run: pulumi config set --path '{place}' cr-0123456789abcdef0"
        yield Fault(f"{pool.path}.{ids_key}", "missing", f'"{kind}" needs the id of the reservation', cure)
    if pool.reservations and not pool.zone:
        cure = f"run: pulumi config set --path '{pool.path}.zone' <zone of the reservation>"
        yield Fault(f"{pool.path}.zone", "missing", "a reservation is in one zone", cure)


def _reservations(pool: Pool) -> Iterator[Fault]:
    ids = [id_ for _, id_ in pool.reservations]
    for index, (path, id_) in enumerate(pool.reservations):
        if id_ in ids[:index]:
            yield Fault(path, f'"{id_}" is listed twice')
    if len(ids) > MOST_RESERVATIONS:
        yield Fault(f"{pool.path}.reservationIds", f"{len(ids)} are too many", f"at most {MOST_RESERVATIONS}")


def _capacity_blocks(pool: Pool, account: Account) -> Iterator[Fault]:
    """A Capacity Block must be there, have time left, and be of the pool's zone and hardware.

    Only these can be looked up: the AWS provider of Pulumi (7.51) has no function for on-demand capacity
    reservations, nor for placement groups.
    """
    kinds = [kind for _, kind in pool.capacity]
    for path, id_ in pool.reservations if "capacity-block" in kinds else ():
        name, block = f"Capacity Block {quoted(id_)}", account.capacity_blocks.get(id_)
        if block is None:
            if "reserved" not in kinds:
                cure = 'an on-demand capacity reservation is "reserved"'
                yield Fault(path, f"there is no {name} in {account.region}", cure=cure)
            continue
        if block.state in OVER:
            needed = "scheduled or active is needed"
            yield Fault(path, f"{name} is {block.state}", needed, "name another, or remove it")
        if pool.zone and block.zone != pool.zone:
            what = f"{pool.zone}, but {name} is in {block.zone}"
            yield Fault(f"{pool.path}.zone", what, "a reservation is in one zone", f"set {block.zone}")
        if block.instance_type not in pool.type_names:
            among = f"which is not among the instance types {listed(pool.type_names)}"
            yield Fault(path, f"{name} is of {block.instance_type}, {among}")


def _placement_group(pool: Pool, account: Account | None) -> Iterator[Fault]:
    """A reservation brings its own placement: with a group on top, EC2 finds no capacity (eksctl#8220)."""
    path, group = f"{pool.path}.placementGroup", pool.placement_group
    if isinstance(group, str):
        if pool.reservations:
            what = f"{quoted(group)} cannot be used with a reservation"
            yield Fault(path, what, "a reservation brings its own placement", "remove one of the two")
        if _PLACEMENT_GROUP_ID.fullmatch(group):
            yield Fault(path, f"{quoted(group)} is an id", "give the name of the placement group")
        elif not group.strip() or not group.isascii() or len(group) > LONGEST_NAME:
            allowed = f"1 to {LONGEST_NAME} ASCII characters"
            yield Fault(path, f"{quoted(group)} is not the name of a placement group", allowed)
    if not account or group is False or pool.reservations:
        return
    for name in pool.type_names:
        known = account.types.get(name)
        if known and "cluster" not in known.placement_strategies:
            yield Fault(path, f"{name} cannot be in a cluster placement group", cure="set it false")
