"""An AWS region out of moto's own tables: instance types and where they are offered, without a server."""

import gzip
import json
from functools import cache
from importlib import resources

from knowledge.hardware import InstanceType
from settings.cluster_facts import AddonFacts, ClusterFacts, NodeGroupFacts, SecurityGroupFacts
from settings.facts import CapacityBlockFacts, SubnetFacts, VpcFacts
from tests.knowledge.moto_instance_types import descriptions, efa_type_names
from tests.settings.existing_clusters import (
    ADDONS,
    DEFAULT_GROUP,
    GROUP_ID,
    LEGACY,
    PRIVATE,
    PUBLIC,
    VPC_ID,
)


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
    deployer_arn = f"arn:aws:iam::{account_id}:user/test"

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
        self.volume_key: str | None = "alias/aws/ebs"
        self.capacity_blocks: dict[str, CapacityBlockFacts] = {}
        self.by_hand: dict[str, InstanceType] = {}
        """Further types, offered in every zone."""
        self.clusters = {LEGACY.name: LEGACY}
        self.addons = dict(ADDONS)
        """Of every cluster."""
        self.node_groups: dict[str, NodeGroupFacts] = {"default": DEFAULT_GROUP}
        """Of every cluster."""
        self.security_groups = {GROUP_ID: SecurityGroupFacts(VPC_ID, {})}
        self.template_groups: dict[str, tuple[str, ...]] = {}
        """Security groups in launch templates."""
        self.access_entries: dict[str, dict[str, str]] = {}
        """Their tags, by principal; of every cluster."""
        self.public_subnets = set(PUBLIC.values())
        for third, (zone, subnet_id) in enumerate([*PRIVATE.items(), *PUBLIC.items()]):
            self.subnets[subnet_id] = SubnetFacts(VPC_ID, zone, f"10.0.{32 * third}.0/19")

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

    def default_volume_key(self) -> str | None:
        return self.volume_key

    def capacity_block(self, reservation_id: str) -> CapacityBlockFacts | None:
        return self.capacity_blocks.get(reservation_id)

    def cluster(self, name: str) -> ClusterFacts | None:
        return self.clusters.get(name)

    def access_entry_tags(self, cluster: str, principal_arn: str) -> dict[str, str] | None:
        return self.access_entries.get(principal_arn)

    def addon(self, cluster: str, name: str) -> AddonFacts | None:
        return self.addons.get(name)

    def node_group_names(self, cluster: str) -> tuple[str, ...]:
        return tuple(self.node_groups)

    def node_group(self, cluster: str, name: str) -> NodeGroupFacts | None:
        return self.node_groups.get(name)

    def security_group(self, group_id: str) -> SecurityGroupFacts | None:
        return self.security_groups.get(group_id)

    def launch_template_security_groups(self, template_id: str) -> tuple[str, ...]:
        return self.template_groups[template_id]

    def is_public_subnet(self, subnet_id: str, vpc_id: str) -> bool:
        return subnet_id in self.public_subnets
