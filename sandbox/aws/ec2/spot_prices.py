"""DescribeSpotPriceHistory: the price now, for every type and zone that has spot. There is no past."""

from typing import Any

from sandbox.aws.ec2.filters import Values, matches
from sandbox.aws.ec2.instance_types import describe, offered_types
from sandbox.aws.paging import page
from sandbox.aws.prices.on_demand import spot_price
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

PRODUCT = "Linux/UNIX"


@operation("ec2", "DescribeSpotPriceHistory")
def describe_spot_price_history(world: World, parameters: Parameters) -> Answer:
    """One entry per type and zone, 1,000 to a page."""
    types = parameters.get("InstanceTypes")
    zone_asked = parameters.get("AvailabilityZone")
    history: list[dict[str, Any]] = [
        {
            "InstanceType": instance_type,
            "AvailabilityZone": zone,
            "ProductDescription": PRODUCT,
            "SpotPrice": f"{spot_price(instance_type, zone):.6f}",
            "Timestamp": world.now(),
        }
        for instance_type, zones in offered_types(world.region).items()
        if (not types or instance_type in types)
        and "spot" in describe(instance_type)["SupportedUsageClasses"]
        for zone in zones
        if zone_asked in (None, zone) and _passes(parameters, instance_type, zone)
    ]
    prices, following = page(history, parameters, most=1000)
    return {"SpotPriceHistory": prices, **following}


def _passes(parameters: Parameters, instance_type: str, zone: str) -> bool:
    values: dict[str, Values] = {
        "instance-type": instance_type,
        "availability-zone": zone,
        "product-description": PRODUCT,
    }
    return matches(parameters, {}, values.__getitem__)
