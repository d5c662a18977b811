"""Looks up, once, what the checks need to know of the account; the checks themselves then only compare."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from knowledge.hardware import InstanceType
from settings.administrators import locked_out
from settings.adoption import Adopted
from settings.facts import AwsFacts, CapacityBlockFacts, SubnetFacts, VpcFacts
from settings.placement import stack_zones
from settings.reading import Reading


@dataclass(frozen=True)
class Account:
    """The part of the account that one reading of the settings touches."""

    stack: str | None
    """Name of the stack; None where it does not matter."""
    region: str
    partition: str
    region_zones: Mapping[str, str]
    """Zone ids by zone name."""
    zones: tuple[str, ...]
    """Zones of the stack; empty where the network could not be read."""
    types: Mapping[str, InstanceType]
    """The instance types that the settings name and the region has."""
    offers: Mapping[str, tuple[str, ...]]
    """Zones that offer each of `types`."""
    vpc: VpcFacts | None
    """The existing VPC, where one is named and there is one."""
    subnets: Mapping[str, SubnetFacts | None]
    """The existing subnets by id; None for an id that no subnet has."""
    adopted: Adopted | None
    """The cluster that the stack adopts, where it adopts one and there is one."""
    locked_out: str | None
    """ARN of whoever deploys, where he is nobody in the cluster that the stack has made."""
    key_pairs: frozenset[str]
    """Those of the key pairs named that exist."""
    capacity_blocks: Mapping[str, CapacityBlockFacts | None]
    """What is to be bought as a Capacity Block, by id; None for an id that no block has."""
    volume_key: str | None
    """ARN or alias of the KMS key of volumes that name none; None where that is not known."""
    type_names: Callable[[], Iterable[str]]
    """Every type of the region, to suggest from."""
    efa_type_names: Callable[[], Iterable[str]]
    """Every type of the region with EFA, to suggest from."""
    listed_on: str | None
    """Day of the list that all of this is from; None where AWS itself was asked."""


def survey(
    reading: Reading,
    facts: AwsFacts,
    *,
    stack: str | None = None,
    adopted: Adopted | None = None,
    listed_on: str | None = None,
) -> Account:
    """Ask `facts`, once each, for what the settings name; `adopted` has been asked for already."""
    region_zones = facts.zones()
    found = {name: facts.instance_type(name) for name in _named_types(reading)}
    types = {name: known for name, known in found.items() if known}
    existing = reading.network.existing if reading.network else None
    return Account(
        stack=stack,
        region=facts.region,
        partition=facts.partition,
        region_zones=region_zones,
        zones=stack_zones(reading.network, region_zones) if reading.network else (),
        types=types,
        offers={name: facts.offered_zones(name) for name in types},
        vpc=facts.vpc(existing.vpc_id) if existing else None,
        subnets={name: facts.subnet(name) for name in existing.private_subnet_ids.values()}
        if existing
        else {},
        adopted=adopted,
        locked_out=locked_out(reading.cluster, facts) if reading.cluster and not reading.adopts else None,
        key_pairs=frozenset(name for name in _named_key_pairs(reading) if facts.has_key_pair(name)),
        capacity_blocks={id_: facts.capacity_block(id_) for id_ in _named_capacity_blocks(reading)},
        volume_key=facts.default_volume_key(),
        type_names=facts.instance_type_names,
        efa_type_names=facts.efa_instance_type_names,
        listed_on=listed_on,
    )


def _named_types(reading: Reading) -> list[str]:
    """Every instance type the settings name, each once, in their order."""
    names = [entry.settings.instance_type for entry in reading.node_groups]
    names += [name for entry in reading.provisioners for name in entry.settings.instance_types]
    names += reading.system_nodes.instance_types if reading.system_nodes else ()
    return list(dict.fromkeys(names))


def _named_key_pairs(reading: Reading) -> set[str]:
    names = (entry.settings.key_pair for entry in reading.node_groups)
    return {name for name in names if name}


def _named_capacity_blocks(reading: Reading) -> set[str]:
    """Ids that are, or may be, of Capacity Blocks."""
    groups = [entry.settings for entry in reading.node_groups]
    provisioners = [entry.settings for entry in reading.provisioners]
    ids = {group.reservation_id for group in groups if group.capacity_type == "capacity-block"}
    ids |= {
        id_ for one in provisioners if "capacity-block" in one.capacity_types for id_ in one.reservation_ids
    }
    return {id_ for id_ in ids if id_}
