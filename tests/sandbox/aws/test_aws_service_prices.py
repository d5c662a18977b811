"""The emulated price list answers a plan's questions as AWS's does: by region, family and use."""

from typing import Any

import pytest

from plan.price_api import ApiPrices
from plan.prices import (
    CONTROL_PLANE,
    GP3,
    GP3_IOPS,
    GP3_THROUGHPUT,
    INTERFACE_ENDPOINT,
    KMS_KEY,
    NAT_GATEWAY,
    PUBLIC_IPV4,
    ListedPrices,
    Product,
    instance,
)

PRODUCTS = (
    CONTROL_PLANE,
    GP3,
    GP3_IOPS,
    GP3_THROUGHPUT,
    INTERFACE_ENDPOINT,
    KMS_KEY,
    NAT_GATEWAY,
    PUBLIC_IPV4,
    instance("g5.8xlarge"),
)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.usage_type)
def test_the_price_of_a_product_is_that_of_the_list(aws: Any, product: Product) -> None:
    asked, listed = ApiPrices(aws.pricing, "us-west-2").price(product), ListedPrices().price(product)
    assert asked is not None
    assert listed is not None
    assert (asked.dollars, asked.unit) == (listed.dollars, listed.unit)
    assert listed.date in asked.source


def test_another_region_has_no_prices_here(aws: Any) -> None:
    assert ApiPrices(aws.pricing, "eu-west-1").price(CONTROL_PLANE) is None


def test_a_type_that_does_not_exist_has_no_price(aws: Any) -> None:
    assert ApiPrices(aws.pricing, "us-west-2").price(instance("x9.huge")) is None
