import re

import botocore.session
import pytest

from knowledge.eks_registries import eks_registry

PARTITIONS = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-west-2", "602401143452.dkr.ecr.us-west-2.amazonaws.com"),
        ("me-south-1", "558608220178.dkr.ecr.me-south-1.amazonaws.com"),
        ("us-gov-west-1", "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com"),
    ],
)
def test_images_come_from_the_region_of_the_cluster(region: str, host: str) -> None:
    assert eks_registry(region, "amazonaws.com") == host


def test_china_has_registries_and_a_domain_of_its_own() -> None:
    assert (
        eks_registry("cn-north-1", "amazonaws.com.cn") == "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn"
    )


@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_region_that_eks_has_gets_a_well_formed_address(partition: str) -> None:
    regions = botocore.session.get_session().get_available_regions("eks", partition)
    assert regions
    for region in regions:
        assert re.fullmatch(
            rf"\d{{12}}\.dkr\.ecr\.{region}\.{PARTITIONS[partition]}",
            eks_registry(region, PARTITIONS[partition]),
        )
