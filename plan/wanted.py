"""Where the settings of a stack want its instance types: what the list of a region is held against."""

from collections.abc import Sequence
from dataclasses import dataclass

from plan.raw_settings import mapping, mappings, setting, texts
from sandbox.engine.stack_files import StackFiles

USUAL_ZONES = 2
"""Of a stack that says nothing of zones."""


@dataclass(frozen=True)
class WantedPool:
    """A node group or provisioner."""

    types: tuple[str, ...]
    zone: str | None


@dataclass(frozen=True)
class Wanted:
    """Zones and types by name, as they are written."""

    zones: tuple[str, ...]
    """Those of the stack, where it names them or has a subnet in each."""
    zone_count: int
    """How many it has otherwise."""
    pools: tuple[WantedPool, ...]
    system_types: tuple[str, ...] | None
    """None where the settings leave them to the program."""

    @classmethod
    def of(cls, files: StackFiles, subnet_zones: Sequence[str]) -> "Wanted":
        """Read from raw settings; `subnet_zones` are those of the subnets that exist."""
        network = mapping(setting(files, "network", {}))
        count = network.get("zoneCount")
        groups, provisioners = (mappings(setting(files, key, [])) for key in ("nodeGroups", "provisioners"))
        system = mapping(setting(files, "systemNodes", {})).get("instanceTypes")
        return cls(
            zones=tuple(texts(network.get("zones")) or sorted(subnet_zones)),
            zone_count=count if isinstance(count, int) and 0 < count <= 6 else USUAL_ZONES,
            pools=tuple(
                WantedPool(tuple(texts(types)), zone if isinstance(zone := pool.get("zone"), str) else None)
                for pool, types in [
                    *((group, [group.get("instanceType")]) for group in groups),
                    *((provisioner, provisioner.get("instanceTypes")) for provisioner in provisioners),
                ]
            ),
            system_types=None if system is None else tuple(texts(system)),
        )

    @property
    def named_zones(self) -> tuple[str, ...]:
        """Every zone that the settings name."""
        return (*self.zones, *(pool.zone for pool in self.pools if pool.zone))

    def is_for_system_nodes(self, instance_type: str) -> bool:
        """Whether system nodes are of this type, which then stand in every zone of the stack."""
        if self.system_types is not None:
            return instance_type in self.system_types
        return all(instance_type not in pool.types for pool in self.pools)
