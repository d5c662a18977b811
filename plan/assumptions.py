"""What a stack's settings say exists already: taken to be so, and to be as the settings need it.

Only an account could tell; `pulumi preview` asks it. The plan says what it took for granted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    @classmethod
    def of(cls, files: StackFiles) -> "Existing":
        """Read from raw settings: what is malformed is left to the program, which says so."""
        network = _setting(files, "network", {})
        existing = network.get("existing") if isinstance(network, dict) else None
        existing = existing if isinstance(existing, dict) else {}
        subnets = existing.get("privateSubnetIds")
        pools = [*_maps(_setting(files, "nodeGroups", [])), *_maps(_setting(files, "provisioners", []))]
        return cls(
            vpc_id=existing.get("vpcId"),
            zone_of_subnet={
                str(id): zone for zone, id in (subnets if isinstance(subnets, dict) else {}).items()
            },
            pool_of_reservation={
                str(id): pool
                for pool in pools
                for id in [pool.get("reservationId"), *(pool.get("reservationIds") or [])]
                if id
            },
        )

    def subnet_range(self, subnet_id: str) -> str:
        """A range of its own for each subnet, as large as any that the checks would want."""
        return f"10.{64 * sorted(self.zone_of_subnet).index(subnet_id)}.0.0/10"


def _setting(files: StackFiles, key: str, default: object) -> Any:
    text = files.config.get(f"{files.project}:{key}")
    try:
        return default if text is None else json.loads(text)
    except json.JSONDecodeError:
        return default


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
