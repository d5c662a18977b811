"""AWS's price list service: on-demand instances, and what else a cluster is billed for by the hour.

Without it Karpenter logs that it found no prices.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.aws.ec2.instance_types import describe, offered_types
from sandbox.aws.paging import page
from sandbox.aws.prices.listed import ServicePrice, instance_price, instance_source, service_prices
from sandbox.aws.prices.on_demand import on_demand_price
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

METAL = "Compute Instance (bare metal)"


@operation("pricing", "GetProducts")
def get_products(world: World, parameters: Parameters) -> Answer:
    """Prices of a service, 100 to a page; of EC2, instances first.

    Only region, product family and instance type are filtered by.
    """
    wanted = {str(item["Field"]): str(item["Value"]) for item in parameters.get("Filters") or []}
    products: list[dict[str, Any]] = []
    if world.region == wanted.get("regionCode", world.region):
        if parameters["ServiceCode"] == "AmazonEC2":
            products += _instances(world.region, wanted)
        products += [
            _service_product(world.region, each)
            for each in service_prices()
            if each.service == parameters["ServiceCode"]
            and each.family == wanted.get("productFamily", each.family)
            and "instanceType" not in wanted
        ]
    listed, following = page(products, parameters, most=100)
    return {"FormatVersion": "aws_v1", "PriceList": [json.dumps(product) for product in listed], **following}


def _instances(region: str, wanted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Linux prices of the types that the region offers."""
    for name in offered_types(region):
        family = _family(name)
        if family == wanted.get("productFamily", family) and name == wanted.get("instanceType", name):
            yield _product(region, name, family)


def _family(instance_type: str) -> str:
    return METAL if describe(instance_type)["BareMetal"] else "Compute Instance"


def _product(region: str, instance_type: str, family: str) -> dict[str, Any]:
    listed = instance_price(instance_type) is not None
    description = instance_source() if listed else "estimate from vCPUs, memory and GPU memory"
    attributes = {
        "instanceType": instance_type,
        "regionCode": region,
        "servicecode": "AmazonEC2",
        "operatingSystem": "Linux",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
        "marketoption": "OnDemand",
        "tenancy": "Dedicated" if family == METAL else "Shared",
    }
    return _priced(
        "AmazonEC2", family, instance_type, attributes, ("Hrs", description, on_demand_price(instance_type))
    )


def _service_product(region: str, listed: ServicePrice) -> dict[str, Any]:
    attributes = {"regionCode": region, "servicecode": listed.service, "usagetype": listed.usage_type}
    dimension = (listed.unit, f"{listed.source}, {listed.date}", listed.price)
    return _priced(listed.service, listed.family, listed.usage_type, attributes, dimension)


def _priced(
    service: str, family: str, sku: str, attributes: dict[str, str], dimension: tuple[str, str, float]
) -> dict[str, Any]:
    """A product as the price list has it; `dimension` is unit, description and US dollars."""
    unit, description, price = dimension
    priced = {"unit": unit, "description": description, "pricePerUnit": {"USD": f"{price:.10f}"}}
    return {
        "product": {"productFamily": family, "sku": f"SANDBOX.{sku}", "attributes": attributes},
        "serviceCode": service,
        "terms": {"OnDemand": {"SANDBOX": {"priceDimensions": {"SANDBOX": priced}}}},
    }
