"""Reads raw settings branch by branch and entry by entry, so that one bad value hides no other fault."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Literal, TypeVar

from pydantic import ValidationError

from settings.cluster import ClusterSettings, SystemNodesSettings
from settings.cluster_autoscaler import Autoscaler, ClusterAutoscalerSettings
from settings.device_plugins import DevicePluginsSettings
from settings.faults import Fault
from settings.karpenter import KarpenterSettings
from settings.mending import Unread
from settings.messages import missing, translate, unknown
from settings.monitoring import MonitoringSettings
from settings.mpi_operator import MpiOperatorSettings
from settings.nccl import NcclSettings
from settings.network import NetworkSettings
from settings.nodes import NodeGroupSettings, ProvisionerSettings
from settings.places import keys_of, render
from settings.tenant import TenantSettings
from settings.tree import Settings, StackSettings

Pool = TypeVar("Pool", NodeGroupSettings, ProvisionerSettings)
Root = TypeVar("Root", bound=StackSettings)

PLATFORM = "platform"
"""The key that makes a stack a tenant."""

NOTHING: tuple[object, ...] = ({}, [], "", None)
"""What Pulumi fills in for a key that a stack leaves out: the defaults of Pulumi.yaml."""


@dataclass(frozen=True)
class Entry(Generic[Pool]):
    """A node group or provisioner that could be read, and where it stands."""

    path: str
    settings: Pool


@dataclass(frozen=True)
class StackReading:
    """What of the settings of a stack could be read, be it one with a cluster or a tenant; None for a branch
    that could not, which says so in `faults`."""

    environment: Literal["dev", "prod"]
    sandbox: bool
    owner: str | None
    tags: Mapping[str, str] | None
    nccl: NcclSettings | None
    raw: Mapping[str, object]
    faults: tuple[Fault, ...]
    unread: tuple[Unread, ...]
    """Where values are that could not be read."""


@dataclass(frozen=True)
class Reading(StackReading):
    """What could be read of a stack with a cluster."""

    network: NetworkSettings | None
    cluster: ClusterSettings | None
    system_nodes: SystemNodesSettings | None
    """None too where the cluster is adopted."""
    autoscaler: Autoscaler | None
    cluster_autoscaler: ClusterAutoscalerSettings | None
    karpenter: KarpenterSettings | None
    node_groups: tuple[Entry[NodeGroupSettings], ...]
    provisioners: tuple[Entry[ProvisionerSettings], ...]
    device_plugins: DevicePluginsSettings | None
    mpi_operator: MpiOperatorSettings | None
    monitoring: MonitoringSettings | None

    @property
    def adopts(self) -> bool:
        """Whether the cluster is somebody else's."""
        return self.cluster is not None and self.cluster.existing is not None

    @cached_property
    def pool_names(self) -> tuple[tuple[str, str], ...]:
        """Path and name of every node group and provisioner, those too that have faults elsewhere."""
        names = []
        for key in ("nodeGroups", "provisioners"):
            entries = self.raw.get(key)
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                name = entry.get("name") if isinstance(entry, dict) else None
                if isinstance(name, str):
                    names.append((render((key, index, "name")), name))
        return tuple(names)


@dataclass
class Reader(Generic[Root]):
    """Validates the tree with one branch of the user's at a time; the rest is left at its defaults."""

    raw: Mapping[str, object]
    root: type[Root]
    stand_in: Mapping[str, object]
    """For the only key of the root that has no default."""
    faults: list[Fault] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def branch(self, key: str) -> Root | None:
        """The tree with this branch in it: defaults where it is absent, None where it has faults."""
        return self._tree(key, self.raw[key], 0) if key in self.raw else self._tree_with({})

    def entries(self, key: str) -> list[tuple[str, Root]]:
        """For each entry of a list that has no fault: its path and a tree with that entry alone."""
        values = self.raw.get(key, [])
        if not isinstance(values, list):
            self.branch(key)
            return []
        trees = ((index, self._tree(key, [value], index)) for index, value in enumerate(values))
        return [(render((key, index)), tree) for index, tree in trees if tree]

    def _tree(self, key: str, value: object, first_index: int) -> Root | None:
        try:
            return self._tree_with({key: value})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                steps = detail["loc"]
                if len(steps) > 1 and isinstance(steps[1], int):
                    detail["loc"] = (steps[0], steps[1] + first_index, *steps[2:])
                unread = translate(detail)
                self.unread.append(unread)
                self.faults.append(unread.fault)
            return None

    def _tree_with(self, values: Mapping[str, object]) -> Root:
        """A whole tree of these values.

        By way of JSON: in strict mode pydantic takes no Python list for a tuple, but does take a JSON array.
        """
        return self.root.model_validate_json(json.dumps({**self.stand_in, **values}, default=str))


def read(raw: Mapping[str, object]) -> Reading:
    """Read what can be read. `raw` is the tree as plain values: maps, lists, text, numbers, booleans."""
    reader = Reader(raw, Settings, {"cluster": {"name": "unread"}})
    for key in sorted(set(raw) - set(keys_of(Settings))):
        if key not in keys_of(TenantSettings):
            reader.faults.append(Fault.at(render((key,)), unknown((key,))))
        elif raw[key] not in NOTHING:
            cure = f"run: pulumi config set {PLATFORM} <organization/project/stack>"
            reader.faults.append(Fault(key, "only for a stack on a platform", cure=cure))
    if "cluster" not in raw:
        reader.faults.append(Fault.at("cluster", missing(("cluster",))))
    environment, sandbox, owner, tags = (
        reader.branch(key) for key in ("environment", "sandbox", "owner", "tags")
    )
    network, cluster = reader.branch("network"), reader.branch("cluster") if "cluster" in raw else None
    system_nodes, karpenter = reader.branch("systemNodes"), reader.branch("karpenter")
    autoscaler, cluster_autoscaler = reader.branch("autoscaler"), reader.branch("clusterAutoscaler")
    operator, nccl = reader.branch("mpiOperator"), reader.branch("nccl")
    monitoring, plugins = reader.branch("monitoring"), reader.branch("devicePlugins")
    reader.branch("imageRegistry")  # its shape says it all
    return Reading(
        environment=environment.environment if environment else "dev",
        sandbox=sandbox.sandbox if sandbox else False,
        owner=owner.owner if owner else None,
        tags=tags.tags if tags else None,
        network=network.network if network else None,
        cluster=cluster.cluster if cluster else None,
        # An adopted cluster has nodes of its own for that.
        system_nodes=system_nodes.system_nodes if system_nodes and not _is_adopted(cluster) else None,
        autoscaler=autoscaler.autoscaler if autoscaler else None,
        cluster_autoscaler=cluster_autoscaler.cluster_autoscaler if cluster_autoscaler else None,
        karpenter=karpenter.karpenter if karpenter else None,
        node_groups=tuple(Entry(path, tree.node_groups[0]) for path, tree in reader.entries("nodeGroups")),
        provisioners=tuple(
            Entry(path, tree.provisioners[0]) for path, tree in reader.entries("provisioners")
        ),
        device_plugins=plugins.device_plugins if plugins else None,
        mpi_operator=operator.mpi_operator if operator else None,
        monitoring=monitoring.monitoring if monitoring else None,
        nccl=nccl.nccl if nccl else None,
        raw=raw,
        faults=tuple(reader.faults),
        unread=tuple(reader.unread),
    )


def _is_adopted(tree: Settings | None) -> bool:
    return tree is not None and tree.cluster.existing is not None
