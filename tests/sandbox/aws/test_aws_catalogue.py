"""What the region has on offer: instance types, zones, images, parameters, prices."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

PREFIX = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023"


def test_a_dry_run_of_describe_instance_types_is_answered_at_once(aws: Any) -> None:
    with pytest.raises(ClientError, match="DryRunOperation"):
        aws.ec2.describe_instance_types(DryRun=True)
    [call] = aws.control("GET", "calls")["last"]
    assert call["milliseconds"] < 2000


def test_instance_types_come_in_pages_with_their_network_cards(aws: Any) -> None:
    filters = [{"Name": "processor-info.supported-architecture", "Values": ["x86_64", "arm64"]}]
    pages = aws.ec2.get_paginator("describe_instance_types").paginate(
        Filters=filters, PaginationConfig={"PageSize": 100}
    )
    types = {one["InstanceType"]: one for page in pages for one in page["InstanceTypes"]}
    assert len(types) > 1000
    network = types["p6-b300.48xlarge"]["NetworkInfo"]
    assert network["EfaInfo"]["MaximumEfaInterfaces"] == 16
    assert network["NetworkCards"][0]["InterfaceTypes"] == ["interface"]
    assert network["NetworkCards"][16]["InterfaceTypes"] == ["interface", "efa", "efa-only"]
    slowest = max(call["milliseconds"] for call in aws.control("GET", "calls")["last"])
    assert slowest < 5000, "moto needs 9 s; here it is 0.02 s, and a busy machine's share on top"


def test_an_unknown_instance_type_is_an_error(aws: Any) -> None:
    with pytest.raises(ClientError, match=r"InvalidInstanceType.*p99\.huge"):
        aws.ec2.describe_instance_types(InstanceTypes=["p99.huge"])


def test_offerings_say_which_zones_have_a_type(aws: Any) -> None:
    answer = aws.ec2.describe_instance_type_offerings(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["p5en.48xlarge"]}]
    )["InstanceTypeOfferings"]
    assert sorted(one["Location"] for one in answer) == ["us-west-2a", "us-west-2c", "us-west-2d"]


def test_zones_have_ids_and_a_type(aws: Any) -> None:
    zones = aws.ec2.describe_availability_zones(
        Filters=[
            {"Name": "zone-type", "Values": ["availability-zone"]},
            {"Name": "state", "Values": ["available"]},
        ]
    )["AvailabilityZones"]
    assert [one["ZoneName"][-1] for one in zones] == ["a", "b", "c", "d"]
    assert all(one["ZoneId"].startswith("usw2-az") for one in zones)


@pytest.mark.parametrize(
    ("architecture", "variant"),
    [
        ("x86_64", "standard"),
        ("x86_64", "nvidia"),
        ("x86_64", "neuron"),
        ("arm64", "standard"),
        ("arm64", "nvidia"),
    ],
)
def test_a_pinned_and_the_recommended_image_can_be_looked_up_and_described(
    aws: Any, architecture: str, variant: str
) -> None:
    folder = f"{PREFIX}/{architecture}/{variant}"
    pinned = f"{folder}/amazon-eks-node-al2023-{architecture}-{variant}-1.35-v20260714/image_id"
    names = [pinned, f"{folder}/recommended/image_id", f"{folder}/recommended/release_version"]
    answer = aws.ssm.get_parameters(Names=[*names, f"{folder}/absent/image_id"])
    assert answer["InvalidParameters"] == [f"{folder}/absent/image_id"]
    values = {one["Name"]: one["Value"] for one in answer["Parameters"]}
    assert values[names[0]] != values[names[1]]
    [image] = aws.ec2.describe_images(
        Filters=[
            {"Name": "image-id", "Values": [values[pinned]]},
            {"Name": "state", "Values": ["available"]},
        ],
        IncludeDeprecated=True,
    )["Images"]
    assert image["Name"] == f"amazon-eks-node-al2023-{architecture}-{variant}-1.35-v20260714"
    assert image["Architecture"] == architecture
    assert image["ImageOwnerAlias"] == "amazon"
    assert image["CreationDate"].startswith("2026-07-14")


def test_images_are_found_by_name_among_amazons(aws: Any) -> None:
    filters = [{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-nvidia-1.35-*"]}]
    found = aws.ec2.describe_images(Owners=["self", "amazon"], Filters=filters)["Images"]
    assert len(found) == 10
    assert aws.ec2.describe_images(Owners=["self"], Filters=filters)["Images"] == []


def test_an_unpublished_release_is_not_found_and_other_parameters_are_motos(aws: Any) -> None:
    name = f"{PREFIX}/x86_64/nvidia/amazon-eks-node-al2023-x86_64-nvidia-1.35-v19990101/image_id"
    with pytest.raises(ClientError, match="ParameterNotFound"):
        aws.ssm.get_parameter(Name=name)
    aws.ssm.put_parameter(Name="/mine", Value="1", Type="String")
    assert aws.ssm.get_parameter(Name="/mine")["Parameter"]["Value"] == "1"


def test_the_parameters_below_a_path_can_be_listed(aws: Any) -> None:
    listed = aws.ssm.get_parameters_by_path(Path=f"{PREFIX}/x86_64/nvidia/recommended")["Parameters"]
    assert {one["Name"].rsplit("/", 1)[-1] for one in listed} == {"image_id", "image_name", "release_version"}


def test_spot_prices_cover_every_zone_and_lie_below_on_demand(aws: Any) -> None:
    pages = aws.ec2.get_paginator("describe_spot_price_history").paginate(InstanceTypes=["p5.48xlarge"])
    prices = {
        one["AvailabilityZone"][-1]: float(one["SpotPrice"])
        for page in pages
        for one in page["SpotPriceHistory"]
    }
    assert list(prices) == ["a", "b", "c", "d"]
    assert all(0 < price < 55.04 for price in prices.values())


@pytest.mark.parametrize("family", ["Compute Instance", "Compute Instance (bare metal)"])
def test_the_price_list_answers_karpenters_question(aws: Any, family: str) -> None:
    pages = aws.pricing.get_paginator("get_products").paginate(
        ServiceCode="AmazonEC2",
        Filters=[
            {"Type": "TERM_MATCH", "Field": field, "Value": value}
            for field, value in {"regionCode": "us-west-2", "productFamily": family}.items()
        ],
    )
    products = [product for page in pages for product in page["PriceList"]]
    assert len(products) > 100
    assert all(f'"productFamily": "{family}"' in product for product in products)
    listed = [product for product in products if '"p5.48xlarge"' in product]
    assert [("55.04" in product, "2026-07-20" in product) for product in listed] == (
        [(True, True)] if family == "Compute Instance" else []
    )
