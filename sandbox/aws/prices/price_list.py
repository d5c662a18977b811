"""AWS's price list service, as far as on-demand instances go.

Without it Karpenter logs that it found no prices.
"""

import json
from typing import Any

from sandbox.aws.ec2.instance_types import describe, offered_types
from sandbox.aws.paging import page
from sandbox.aws.prices.on_demand import is_listed, on_demand_price, price_source
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

METAL = "Compute Instance (bare metal)"


@operation("pricing", "GetProducts")
def get_products(world: World, parameters: Parameters) -> Answer:
    """Linux prices of the types this region offers, 100 to a page.

    Only region, product family and type are filtered by.
    """
    wanted = {str(item["Field"]): str(item["Value"]) for item in parameters.get("Filters") or []}
    products = [
        _product(world.region, name, family)
        for name in offered_types(world.region)
        if (family := _family(name)) == wanted.get("productFamily", family)
        and name == wanted.get("instanceType", name)
        and world.region == wanted.get("regionCode", world.region)
    ]
    listed, following = page(products, parameters, most=100)
    return {"FormatVersion": "aws_v1", "PriceList": [json.dumps(product) for product in listed], **following}


def _family(instance_type: str) -> str:
    return METAL if describe(instance_type)["BareMetal"] else "Compute Instance"


def _product(region: str, instance_type: str, family: str) -> dict[str, Any]:
    dimension = {
        "unit": "Hrs",
        "description": price_source()
        if is_listed(instance_type)
        else "estimate from vCPUs, memory and GPU memory",
        "pricePerUnit": {"USD": f"{on_demand_price(instance_type):.10f}"},
    }
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
    return {
        "product": {"productFamily": family, "sku": f"SANDBOX.{instance_type}", "attributes": attributes},
        "serviceCode": "AmazonEC2",
        "terms": {"OnDemand": {"SANDBOX": {"priceDimensions": {"SANDBOX": dimension}}}},
    }
