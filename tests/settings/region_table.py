"""An AWS region out of moto's own tables: instance types and where they are offered, without a server."""

import gzip
import json
from functools import cache
from importlib import resources

from knowledge.hardware import InstanceType
from settings.facts import CapacityBlockFacts, SubnetFacts, VpcFacts
from tests.knowledge.moto_instance_types import descriptions, efa_type_names

VPC_ID = "vpc-0123456789abcdef0"


@cache
def _offers(region: str) -> dict[str, list[str]]:
    folder = resources.files("moto.ec2.resources") / "instance_type_offerings" / "availability-zone"
    offers: dict[str, list[str]] = {}
    for offer in json.loads(gzip.decompress((folder / f"{region}.json.gz").read_bytes())):
        offers.setdefault(offer["InstanceType"], []).append(offer["Location"])
    return offers


class RegionTable:
    """`settings.facts.AwsFacts` of us-west-2; with `everything`, each zone has every type of moto's."""

    account_id = "123456789012"

    def __init__(self, zones: dict[str, str] | None = None, *, everything: bool = False) -> None:
        self.region = "us-west-2"
        self.partition = "aws"
        self._everything = everything
        self._zones = zones or {
            f"us-west-2{letter}": f"usw2-az{n}" for n, letter in enumerate("abcd", start=1)
        }
        self.vpcs = {VPC_ID: VpcFacts(("10.0.0.0/16", "100.64.0.0/16"))}
        self.subnets: dict[str, SubnetFacts] = {}
        self.key_pairs = {"mine"}
        self.capacity_blocks: dict[str, CapacityBlockFacts] = {}
        self.by_hand: dict[str, InstanceType] = {}
        """Further types, offered in every zone."""

    def zones(self) -> dict[str, str]:
        return self._zones

    def instance_type(self, name: str) -> InstanceType | None:
        if name in self.by_hand:
            return self.by_hand[name]
        known = name in descriptions() and bool(self.offered_zones(name))
        return InstanceType.from_description(descriptions()[name]) if known else None

    def offered_zones(self, name: str) -> tuple[str, ...]:
        if name in self.by_hand or (self._everything and name in descriptions()):
            return tuple(self._zones)
        return tuple(sorted(_offers(self.region).get(name, [])))

    def instance_type_names(self) -> tuple[str, ...]:
        return tuple(sorted(_offers(self.region)))

    def efa_instance_type_names(self) -> tuple[str, ...]:
        return tuple(name for name in efa_type_names() if name in _offers(self.region))

    def vpc(self, vpc_id: str) -> VpcFacts | None:
        return self.vpcs.get(vpc_id)

    def subnet(self, subnet_id: str) -> SubnetFacts | None:
        return self.subnets.get(subnet_id)

    def has_key_pair(self, name: str) -> bool:
        return name in self.key_pairs

    def capacity_block(self, reservation_id: str) -> CapacityBlockFacts | None:
        return self.capacity_blocks.get(reservation_id)
