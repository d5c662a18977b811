"""Node groups and provisioners as one kind of thing: nodes of some types, in one zone, bought in some way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from settings.base import CapacityType, Taint
from settings.nodes import AmiSettings, NodeGroupSettings, ProvisionerSettings
from settings.reading import Entry, Reading

Value = TypeVar("Value")


@dataclass(frozen=True)
class Pool:
    """What a node group and a provisioner have in common, each value with its place in the settings."""

    path: str
    name: str
    by_karpenter: bool
    types: tuple[tuple[str, str], ...]
    """Path and name of each instance type."""
    zone: str | None
    efa: Literal["static", "dynamic", "none"]
    """As for provisioners; a node group's interfaces are `static` or `none`."""
    capacity: tuple[tuple[str, CapacityType], ...]
    """Path and value of each capacity type."""
    reservations: tuple[tuple[str, str], ...]
    """Path and id of each reservation."""
    placement_group: bool | str
    ami: AmiSettings
    labels: dict[str, str]
    taints: tuple[Taint, ...]
    most_nodes: int

    @property
    def type_names(self) -> tuple[str, ...]:
        """The instance types by name alone."""
        return tuple(name for _, name in self.types)


def pools_of(reading: Reading) -> list[Pool]:
    """All node groups, then all provisioners, that could be read."""
    groups = [_of_node_group(entry) for entry in reading.node_groups]
    return groups + [_of_provisioner(entry) for entry in reading.provisioners]


def _of_node_group(entry: Entry[NodeGroupSettings]) -> Pool:
    path, group = entry.path, entry.settings
    return Pool(
        path=path,
        name=group.name,
        by_karpenter=False,
        types=((f"{path}.instanceType", group.instance_type),),
        zone=group.zone,
        efa="static" if group.efa else "none",
        capacity=((f"{path}.capacityType", group.capacity_type),),
        reservations=((f"{path}.reservationId", group.reservation_id),) if group.reservation_id else (),
        placement_group=group.placement_group,
        ami=group.ami,
        labels=group.labels,
        taints=group.taints,
        most_nodes=group.most_nodes,
    )


def _placed(path: str, values: Sequence[Value]) -> tuple[tuple[str, Value], ...]:
    """Each value of a list with its place."""
    return tuple((f"{path}[{index}]", value) for index, value in enumerate(values))


def _of_provisioner(entry: Entry[ProvisionerSettings]) -> Pool:
    path, provisioner = entry.path, entry.settings
    return Pool(
        path=path,
        name=provisioner.name,
        by_karpenter=True,
        types=_placed(f"{path}.instanceTypes", provisioner.instance_types),
        zone=provisioner.zone,
        efa=provisioner.efa,
        capacity=_placed(f"{path}.capacityTypes", provisioner.capacity_types),
        reservations=_placed(f"{path}.reservationIds", provisioner.reservation_ids),
        placement_group=provisioner.placement_group,
        ami=provisioner.ami,
        labels=provisioner.labels,
        taints=provisioner.taints,
        most_nodes=provisioner.most_nodes,
    )
