"""Where a plan's prices come from: the dated list in the repository, or AWS's Pricing API."""

from enum import StrEnum

from cli.errors import CommandError
from plan.price_api import ApiPrices
from plan.prices import ListedPrices, Prices

API_REGION = "us-east-1"
"""One of the regions that have the Pricing API; it knows the prices of all
(https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html)."""


class PriceSource(StrEnum):
    """Who is asked for prices."""

    LIST = "list"
    AWS = "aws"


def prices(source: PriceSource, region: str) -> Prices:
    """The prices of a region. Those of AWS need credentials, or the endpoint of an emulated AWS."""
    if source is PriceSource.LIST:
        return ListedPrices()
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        client = botocore.session.get_session().create_client("pricing", region_name=API_REGION)
    except BotoCoreError as error:
        raise CommandError("--prices aws", str(error), "see to your credentials, or leave it out") from error
    return ApiPrices(client, region)
