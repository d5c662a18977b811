"""What a plan costs by the hour, and what is said of prices that nobody knows."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.ec2.models.instance_types import INSTANCE_TYPES

from plan.bill import bill_of
from plan.cost import always_on, one_node_each
from plan.price_api import ApiPrices
from plan.prices import (
    CONTROL_PLANE,
    EXTENDED_SUPPORT,
    GP3,
    GP3_IOPS,
    GP3_THROUGHPUT,
    HOURS_A_MONTH,
    KMS_KEY,
    NAT_GATEWAY,
    ListedPrices,
    Price,
    Product,
    instance,
)
from sandbox.engine.values import UNKNOWN
from tests.plan.small_program import plan_of, resource
from tests.today import TODAY

VOLUME = {"blockDeviceMappings": [{"ebs": {"volumeType": "gp3", "volumeSize": 100}}]}
TEMPLATE = resource(
    "aws:ec2/launchTemplate:LaunchTemplate", "template", {**VOLUME, "instanceType": "g5.8xlarge"}
)
GROUP = resource(
    "aws:eks/nodeGroup:NodeGroup",
    "group",
    {
        "launchTemplate": {"id": "${LaunchTemplate template.id}"},
        "scalingConfig": {"desiredSize": 2, "maxSize": 4, "minSize": 0},
    },
)
CLUSTER = resource("eks:index:Cluster", "cluster", {"name": "train"})
ENDPOINT = resource(
    "aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", {"vpcEndpointType": "Interface", "subnetIds": ["a", "b", "c"]}
)
GATEWAY_ENDPOINT = resource("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", {"vpcEndpointType": "Gateway"})


def provisioner(name: str, *types: str, bought: str = "on-demand", size: str = "200Gi") -> list[Any]:
    requirements = [
        {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": list(types)},
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": [bought]},
    ]
    template = {"spec": {"nodeClassRef": {"name": name}, "requirements": requirements}}
    volume = {"ebs": {"volumeType": "gp3", "volumeSize": size}}
    return [
        resource(
            "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
            f"{name}-class",
            {"metadata": {"name": name}, "spec": {"blockDeviceMappings": [volume]}},
        ),
        resource(
            "kubernetes:karpenter.sh/v1:NodePool",
            f"{name}-pool",
            {"metadata": {"name": name}, "spec": {"template": template}},
        ),
    ]


class FixedPrices:
    """A dollar for an hour of everything but what is not known."""

    region = "us-west-2"

    def __init__(self, *unknown: Product) -> None:
        self._unknown = unknown

    def price(self, product: Product) -> Price | None:
        return None if product in self._unknown else Price(1.0, "Hrs", "made up", "2026-01-01")


def uses(*resources: Any) -> dict[str, float]:
    return {use.what: use.units for use in always_on(plan_of(*resources), TODAY)}


def test_a_control_plane_and_gateways_count_each() -> None:
    gateways = [resource("aws:ec2/natGateway:NatGateway", name, {}) for name in "ab"]
    assert uses(CLUSTER, *gateways) == {"control plane": 1, "NAT gateways": 2}


def test_an_interface_endpoint_counts_in_every_zone_and_a_gateway_endpoint_not_at_all() -> None:
    assert uses(ENDPOINT, GATEWAY_ENDPOINT) == {"interface endpoints, one a zone": 3}


def test_of_a_node_group_the_desired_nodes_and_their_volumes_count() -> None:
    assert uses(GROUP, TEMPLATE) == {"nodes of group: g5.8xlarge": 2, "gp3 GiB of their volumes": 200}


def test_what_a_volume_does_beyond_what_comes_with_it_is_paid_for() -> None:
    fast = {"volumeType": "gp3", "volumeSize": 100, "iops": 6000, "throughput": 637}
    template = resource(TEMPLATE.type, "template", {"blockDeviceMappings": [{"ebs": fast}]})
    assert uses(GROUP, template) == {
        "nodes of group: ": 2,
        "gp3 GiB of their volumes": 200,
        "gp3 IOPS of their volumes": 6000,
        "gp3 GiB/s of their volumes": 1,
    }
    for product, monthly in ((GP3_IOPS, 0.005), (GP3_THROUGHPUT, 0.04 * 1024)):
        price = ListedPrices().price(product)
        assert price is not None
        assert price.hourly == pytest.approx(monthly / HOURS_A_MONTH)


def test_a_node_group_that_stands_at_zero_costs_nothing() -> None:
    empty = resource(
        "aws:eks/nodeGroup:NodeGroup", "group", {**GROUP.inputs, "scalingConfig": {"desiredSize": 0}}
    )
    assert uses(empty, TEMPLATE) == {}


def test_a_node_group_names_its_own_type_before_that_of_its_launch_template() -> None:
    group = resource(
        "aws:eks/nodeGroup:NodeGroup", "g", {**GROUP.inputs, "instanceTypes": ["m6i.xlarge", "m5.xlarge"]}
    )
    assert "nodes of g: m6i.xlarge" in uses(group, TEMPLATE)


def test_a_provisioner_shows_one_node_of_each_of_its_types_with_its_volume() -> None:
    nodes = one_node_each(plan_of(*provisioner("gpu", "p5.48xlarge", "p4d.24xlarge", bought="spot")))
    assert [(node.uses[0].what, node.bought_as) for node in nodes] == [
        ("p5.48xlarge", ("spot",)),
        ("p4d.24xlarge", ("spot",)),
    ]
    assert {node.uses[1].units for node in nodes} == {200}


def test_what_is_not_known_yet_costs_nothing_that_could_be_said() -> None:
    unknown = {"metadata": UNKNOWN, "spec": UNKNOWN, "launchTemplate": UNKNOWN, "scalingConfig": UNKNOWN}
    types = (
        "kubernetes:karpenter.sh/v1:NodePool",
        "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
        GROUP.type,
    )
    plan = plan_of(*(resource(type, "x", unknown) for type in types))
    assert (always_on(plan, TODAY), one_node_each(plan)) == ((), ())


def test_parts_that_are_not_known_yet_count_as_nothing() -> None:
    endpoint = resource(ENDPOINT.type, "ecr", {**ENDPOINT.inputs, "subnetIds": UNKNOWN})
    template = resource(TEMPLATE.type, "template", {**TEMPLATE.inputs, "blockDeviceMappings": [UNKNOWN]})
    group = resource(GROUP.type, "group", {**GROUP.inputs, "instanceTypes": UNKNOWN})
    sized_later = resource(GROUP.type, "later", {**GROUP.inputs, "scalingConfig": {"desiredSize": UNKNOWN}})
    assert uses(endpoint, template, group, sized_later) == {"nodes of group: g5.8xlarge": 2}


def test_only_types_that_a_provisioner_names_are_priced() -> None:
    node_class, pool = provisioner("gpu", "p5.48xlarge")
    spec = pool.inputs["spec"]["template"]["spec"]
    spec["requirements"] += [
        {"key": "node.kubernetes.io/instance-type", "operator": "NotIn", "values": ["p4d.24xlarge"]},
        {"key": "karpenter.sh/capacity-type", "operator": "Exists"},
        UNKNOWN,
    ]
    (node,) = one_node_each(plan_of(node_class, pool))
    assert (node.uses[0].what, node.bought_as) == ("p5.48xlarge", ("on-demand",))


def test_the_sum_is_of_what_is_known_and_names_what_is_not() -> None:
    bill = bill_of(
        plan_of(CLUSTER, ENDPOINT, *provisioner("gpu", "x9.huge")),
        FixedPrices(CONTROL_PLANE, instance("x9.huge")),
        TODAY,
    )
    assert (bill.hourly, bill.unknown) == (3, ("control plane",))
    assert [node.hourly for node in bill.nodes] == [None]


def test_extended_support_is_billed_from_the_day_on_that_standard_support_ends() -> None:
    cluster = resource("eks:index:Cluster", "cluster", {"version": "1.34"})
    before, after = (
        bill_of(plan_of(cluster), FixedPrices(), day) for day in (date(2026, 12, 1), date(2026, 12, 2))
    )
    assert (before.hourly, after.hourly) == (1, 2)
    assert [(each.begins, each.line.use.what) for each in before.later] == [
        (date(2026, 12, 2), "extended support of Kubernetes 1.34")
    ]
    assert after.later == ()


def test_a_cluster_that_eks_upgrades_by_itself_never_pays_for_extended_support() -> None:
    properties = {"version": "1.34", "upgradePolicy": {"supportType": "STANDARD"}}
    bill = bill_of(
        plan_of(resource("eks:index:Cluster", "cluster", properties)), FixedPrices(), date(2027, 1, 1)
    )
    assert (bill.hourly, bill.later) == (1, ())


@pytest.mark.parametrize("version", ["1.99", UNKNOWN])
def test_nothing_is_said_of_the_support_of_a_version_that_is_not_known(version: object) -> None:
    bill = bill_of(plan_of(resource("eks:index:Cluster", "c", {"version": version})), FixedPrices(), TODAY)
    assert (bill.hourly, bill.later) == (1, ())


def test_prices_of_a_month_are_spread_over_its_hours() -> None:
    price = ListedPrices().price(KMS_KEY)
    assert price is not None
    assert price.hourly == 1 / HOURS_A_MONTH


def test_the_list_knows_what_this_project_uses_and_of_what_day_that_is() -> None:
    for product in (CONTROL_PLANE, EXTENDED_SUPPORT, NAT_GATEWAY, KMS_KEY, GP3, instance("p5.48xlarge")):
        price = ListedPrices().price(product)
        assert price is not None
        assert price.hourly
        assert price.date.startswith("2026-")
    p5 = ListedPrices().price(instance("p5.48xlarge"))
    assert p5 is not None
    assert (p5.dollars, p5.date) == (55.04, "2026-07-20")
    assert "Karpenter v1.15.2, us-east-1" in p5.source


@pytest.mark.parametrize("name", [name for name in INSTANCE_TYPES if name.startswith(("g7.", "g7e."))])
def test_the_list_has_every_size_of_g7_and_g7e(name: str) -> None:
    assert ListedPrices().price(instance(name)) is not None


def test_the_list_does_not_estimate() -> None:
    assert ListedPrices().price(instance("x9.huge")) is None
    assert ListedPrices().price(Product("AmazonS3", "Storage", "TimedStorage")) is None


@given(st.permutations([CLUSTER, ENDPOINT, GROUP, TEMPLATE, *provisioner("gpu", "p5.48xlarge")]))
def test_more_resources_never_cost_less(resources: list[Any]) -> None:
    costs = [
        bill_of(plan_of(*resources[:count]), FixedPrices(), TODAY).hourly
        for count in range(len(resources) + 1)
    ]
    assert costs == sorted(costs)


class FakePriceList:
    """boto's pricing client with a few products."""

    def __init__(self, *products: dict[str, Any]) -> None:
        self.products = products
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, operation: str) -> "FakePriceList":
        assert operation == "get_products"
        return self

    def paginate(self, **question: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(question)
        yield {"PriceList": [json.dumps(product) for product in self.products]}


def listed(usage: str, *prices: str, unit: str = "Hrs") -> dict[str, Any]:
    dimensions = {
        str(index): {"unit": unit, "description": "per hour", "pricePerUnit": {"USD": price}}
        for index, price in enumerate(prices)
    }
    return {
        "product": {"attributes": {"usagetype": usage}},
        "publicationDate": "2026-11-20T01:02:03Z",
        "terms": {"OnDemand": {"term": {"priceDimensions": dimensions}}},
    }


def test_the_api_is_asked_for_the_region_and_once_for_each_product() -> None:
    client = FakePriceList(listed("USW2-NatGateway-Hours", "0.0450000000"))
    prices = ApiPrices(client, "us-west-2")
    assert (
        prices.price(NAT_GATEWAY)
        == prices.price(NAT_GATEWAY)
        == Price(0.045, "Hrs", "AWS price list: per hour", "2026-11-20")
    )
    (question,) = client.asked
    assert question["ServiceCode"] == "AmazonEC2"
    assert {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "us-west-2"} in question["Filters"]


@pytest.mark.parametrize("usage", ["USW2-RegionalNatGateway-Hours", "USW2-NatGateway-Bytes"])
def test_a_product_of_another_use_is_not_taken(usage: str) -> None:
    assert ApiPrices(FakePriceList(listed(usage, "0.045")), "us-west-2").price(NAT_GATEWAY) is None


def test_a_free_tier_is_no_price() -> None:
    client = FakePriceList(listed("USW2-KMS-Keys", "0.0000000000", "1.0000000000", unit="months"))
    price = ApiPrices(client, "us-west-2").price(KMS_KEY)
    assert price is not None
    assert price.dollars == 1.0


def test_of_several_tiers_the_first_is_the_price_in_whatever_order_they_come() -> None:
    product = listed("USW2-KMS-Keys", "0.5", "1.0", unit="months")
    later, first = product["terms"]["OnDemand"]["term"]["priceDimensions"].values()
    later["beginRange"], first["beginRange"] = "1000", "0"
    price = ApiPrices(FakePriceList(product), "us-west-2").price(KMS_KEY)
    assert price is not None
    assert price.dollars == 1.0
