"""Products that are billed by time, and where their prices come from."""

from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.aws.prices.listed import (
    instance_date,
    instance_price,
    instance_source,
    listed_region,
    service_prices,
)

HOURS_A_MONTH = 730
"""As AWS counts where it turns monthly prices into hourly ones (AWS pricing calculator)."""

MONTHLY = ("GB-Mo", "IOPS-Mo", "GiBps-mo", "months")
"""Units of a month: of storage, of what a gp3 volume does beyond what comes with it, and of things."""

Unit = Literal["Hrs", "GB-Mo", "IOPS-Mo", "GiBps-mo", "months"]


@dataclass(frozen=True)
class Product:
    """A line of AWS's price list."""

    service: str
    """Service code, such as `AmazonEC2`."""
    family: str
    """Product family."""
    usage_type: str
    """As on the bill, without the region's prefix."""
    instance_type: str = ""
    """For instances only."""


CONTROL_PLANE = Product("AmazonEKS", "Compute", "AmazonEKS-Hours:perCluster")
EXTENDED_SUPPORT = Product("AmazonEKS", "Compute", "AmazonEKS-Hours:extendedSupport")
"""On top of the control plane."""
NAT_GATEWAY = Product("AmazonEC2", "NAT Gateway", "NatGateway-Hours")
INTERFACE_ENDPOINT = Product("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Hours")
PUBLIC_IPV4 = Product("AmazonVPC", "IP Address", "PublicIPv4:InUseAddress")
KMS_KEY = Product("awskms", "Encryption Key", "KMS-Keys")
GP3 = Product("AmazonEC2", "Storage", "EBS:VolumeUsage.gp3")
GP3_IOPS = Product("AmazonEC2", "System Operation", "EBS:VolumeP-IOPS.gp3")
GP3_THROUGHPUT = Product("AmazonEC2", "Provisioned Throughput", "EBS:VolumeP-Throughput.gp3")


def instance(instance_type: str) -> Product:
    """An instance with Linux, on demand."""
    return Product("AmazonEC2", "Compute Instance", f"BoxUsage:{instance_type}", instance_type)


@dataclass(frozen=True)
class Price:
    """What one unit costs."""

    dollars: float
    unit: str
    """`Hrs`, or one that is spread over a month; a unit of another kind has no price by the hour."""
    source: str
    """Where it was read."""
    date: str
    """Of what day it is."""

    @property
    def hourly(self) -> float | None:
        """US dollars for an hour of one unit."""
        if self.unit == "Hrs":
            return self.dollars
        return self.dollars / HOURS_A_MONTH if self.unit in MONTHLY else None


class Prices(Protocol):
    """Somebody who knows prices."""

    @property
    def region(self) -> str:
        """The region whose prices they are."""
        ...

    def price(self, product: Product) -> Price | None:
        """The price of one unit; None where it is not known."""
        ...


class ListedPrices:
    """The dated list inside the repository, the same that the sandbox's emulated price list is made of."""

    @property
    def region(self) -> str:
        """The one region that the list is of."""
        return listed_region()

    def price(self, product: Product) -> Price | None:
        """The list's price; None for what it does not have, such as an instance type of last week."""
        if product.instance_type:
            dollars = instance_price(product.instance_type)
            return None if dollars is None else Price(dollars, "Hrs", instance_source(), instance_date())
        for each in service_prices():
            if (each.service, each.usage_type) == (product.service, product.usage_type):
                return Price(each.price, each.unit, each.source, each.date)
        return None
