"""Paths in the tree, and the zones that a stack and its nodes are in."""

import json

import pytest

from settings.network import ExistingNetwork, NetworkSettings
from settings.nodes import NodeGroupSettings
from settings.placement import home_zone, stack_zones
from settings.places import Step, branch_at, render
from settings.tree import Settings

REGION = {"us-west-2b": "usw2-az2", "us-west-2a": "usw2-az1", "us-west-2c": "usw2-az3"}
OFFERS = {"p5.48xlarge": ("us-west-2b", "us-west-2c"), "p4d.24xlarge": ("us-west-2a", "us-west-2c")}


def network(**values: object) -> NetworkSettings:
    return NetworkSettings.model_validate_json(json.dumps(values))


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        (("nodeGroups", 0, "minNodes"), "nodeGroups[0].minNodes"),
        (("aws:region",), "aws:region"),
        (("tags", "aws:foo"), 'tags["aws:foo"]'),
        (("tags", "example.com/team"), 'tags["example.com/team"]'),
        (("tags", ""), 'tags[""]'),
        ((), ""),
    ],
)
def test_a_path_is_written_as_pulumi_writes_it(steps: tuple[Step, ...], path: str) -> None:
    assert render(steps) == path


def test_a_path_leads_to_its_branch_of_the_tree() -> None:
    assert branch_at(Settings, ()) is Settings
    assert branch_at(Settings, ("nodeGroups", 3)) is NodeGroupSettings
    assert branch_at(Settings, ("network", "existing")) is ExistingNetwork
    assert branch_at(Settings, ("tags", "x", "y")) is None
    assert branch_at(Settings, ("owner", 0)) is None


def test_a_stack_is_in_the_first_zones_by_name_where_none_are_named() -> None:
    assert stack_zones(network(), REGION) == ("us-west-2a", "us-west-2b")
    assert stack_zones(network(zoneCount=3), REGION) == ("us-west-2a", "us-west-2b", "us-west-2c")


def test_a_zone_without_eks_is_passed_over() -> None:
    assert stack_zones(network(), {**REGION, "us-west-2a": "use1-az3"}) == (
        "us-west-2b",
        "us-west-2c",
    )


def test_zones_that_are_named_keep_their_order() -> None:
    zones = ("us-west-2c", "us-west-2a")
    assert stack_zones(network(zones=list(zones)), REGION) == zones


def test_an_existing_network_is_in_the_zones_of_its_subnets() -> None:
    subnets = {"us-west-2c": "c", "us-west-2a": "a"}
    existing = {"vpcId": "vpc-0123456789abcdef0", "privateSubnetIds": subnets}
    assert stack_zones(network(existing=existing), REGION) == ("us-west-2a", "us-west-2c")
    both = network(existing=existing, zones=["us-west-2c", "us-west-2a"])
    assert stack_zones(both, REGION) == ("us-west-2c", "us-west-2a")


@pytest.mark.parametrize(
    ("zone", "types", "home"),
    [
        (None, ["p5.48xlarge"], "us-west-2b"),
        (None, ["p4d.24xlarge"], "us-west-2a"),
        (None, ["p5.48xlarge", "p4d.24xlarge"], "us-west-2c"),
        (None, ["x1.large"], None),
        ("us-west-2a", ["p5.48xlarge"], "us-west-2a"),
    ],
)
def test_nodes_are_at_home_in_the_first_zone_that_offers_all_their_types(
    zone: str | None, types: list[str], home: str | None
) -> None:
    assert home_zone(zone, types, sorted(REGION), lambda name: OFFERS.get(name, ())) == home
