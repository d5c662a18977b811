"""What a stack's settings say exists already: taken to be so, and to be as the settings need it.

Only an account could tell; `pulumi preview` asks it. The plan says what it took for granted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plan.adopted_cluster import AdoptedCluster, adopted_cluster, stand_in_subnets
from plan.raw_settings import mapping, mappings, setting
from sandbox.engine.stack_files import StackFiles

VPC_RANGE = "10.0.0.0/8"
"""Range of an existing VPC that nobody asked: wide enough for every subnet below."""


@dataclass(frozen=True)
class Existing:
    """The things that the settings of a stack refer to by id."""

    vpc_id: str | None
    zone_of_subnet: Mapping[str, str]
    """Zone by subnet id."""
    pool_of_reservation: Mapping[str, Mapping[str, Any]]
    """By reservation id: the node group or provisioner that names it."""
    cluster: AdoptedCluster | None = None
    """The cluster that the stack adopts, if it adopts one."""

    @classmethod
    def of(cls, files: StackFiles) -> "Existing":
        """Read from raw settings: what is malformed is left to the program, which says so."""
        existing = mapping(mapping(setting(files, "network", {})).get("existing"))
        pools = [*mappings(setting(files, "nodeGroups", [])), *mappings(setting(files, "provisioners", []))]
        zone_of_subnet: dict[str, Any] = {}
        for zone, id in mapping(existing.get("privateSubnetIds")).items():
            zone_of_subnet.setdefault(str(id), zone)
        vpc_id = existing.get("vpcId")
        cluster = mapping(setting(files, "cluster", {}))
        if not existing and isinstance(cluster.get("existing"), dict):
            zone_of_subnet = stand_in_subnets(files.region, {str(pool.get("zone")) for pool in pools})
        adopted = adopted_cluster(cluster, files.region, vpc_id, tuple(zone_of_subnet))
        return cls(
            vpc_id=adopted.vpc_id if adopted else vpc_id,
            zone_of_subnet=zone_of_subnet,
            cluster=adopted,
            pool_of_reservation={
                str(id): pool
                for pool in pools
                for id in [pool.get("reservationId"), *(pool.get("reservationIds") or [])]
                if id
            },
        )

    def subnet_range(self, subnet_id: str) -> str:
        """A range of its own for each subnet, as large as any that the checks would want."""
        return f"10.{32 * sorted(self.zone_of_subnet).index(subnet_id)}.0.0/11"
