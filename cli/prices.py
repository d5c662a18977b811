"""What a plan costs, by the prices of whoever is asked: the dated list in the repository, or AWS's Pricing
API."""

from enum import StrEnum

from cli.aws_errors import in_one_line
from knowledge import clock
from plan.bill import Bill, bill_of
from plan.document import Plan
from plan.price_api import ApiPrices
from plan.prices import ListedPrices

API_REGION = "us-east-1"
"""One of the regions that have the Pricing API; it knows the prices of all
(https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html)."""


class PriceSource(StrEnum):
    """Who is asked for prices."""

    LIST = "list"
    AWS = "aws"


def priced(plan: Plan, source: PriceSource) -> Bill:
    """The bill of a plan. AWS is asked for the prices of the stack's region, which needs credentials or the
    endpoint of an emulated AWS; CommandError for what it refuses."""
    if source is PriceSource.LIST:
        return bill_of(plan, ListedPrices(), clock.today())
    import botocore.session

    with in_one_line("AWS Pricing"):
        client = botocore.session.get_session().create_client("pricing", region_name=API_REGION)
        return bill_of(plan, ApiPrices(client, plan.region), clock.today())
