"""Prices out of AWS's Pricing API, the real one or the sandbox's."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from plan.prices import Price, Product

LINUX_ON_DEMAND = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
}
"""What makes one product of the many that an instance type has in the list."""


class ApiPrices:
    """Asks the API once for each product."""

    def __init__(self, client: Any, region: str) -> None:
        """`client` is boto's for `pricing`, whose API lives in few regions; `region` is the stack's."""
        self._client = client
        self.region = region
        self.price = cache(self._ask)

    def _ask(self, product: Product) -> Price | None:
        """The price of one unit, or None where the list has none that fits; errors are botocore's."""
        return next(self._found(product), None)

    def _found(self, product: Product) -> Iterator[Price]:
        wanted = {"regionCode": self.region, "productFamily": product.family}
        if product.instance_type:
            wanted |= {"instanceType": product.instance_type, **LINUX_ON_DEMAND}
        filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
        pages = self._client.get_paginator("get_products").paginate(
            ServiceCode=product.service, Filters=filters
        )
        for page in pages:
            for text in page["PriceList"]:
                listed = json.loads(text)
                if product.instance_type or _is_usage(listed, product.usage_type):
                    yield from _prices(listed)


def _is_usage(listed: dict[str, Any], usage_type: str) -> bool:
    """Whether a product is of that use: `USW2-NatGateway-Hours`, but not `USW2-RegionalNatGateway-Hours`."""
    found = listed["product"]["attributes"].get("usagetype", "")
    return re.fullmatch(rf"(?:[A-Z0-9]+-)?{re.escape(usage_type)}", found) is not None


def _prices(listed: dict[str, Any]) -> Iterator[Price]:
    """On-demand prices of a product, that of the first tier first; what is free does not count."""
    for term in listed["terms"].get("OnDemand", {}).values():
        tiers = term["priceDimensions"].values()
        for dimension in sorted(tiers, key=lambda tier: float(tier.get("beginRange", 0))):
            dollars = float(dimension["pricePerUnit"].get("USD", 0))
            if dollars:
                date = str(listed.get("publicationDate", ""))[:10]
                yield Price(dollars, dimension["unit"], f"AWS price list: {dimension['description']}", date)
