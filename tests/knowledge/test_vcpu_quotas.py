import pytest

from knowledge.vcpu_quotas import quota_of


@pytest.mark.parametrize(
    ("instance_type", "on_demand", "spot"),
    [
        ("p4d.24xlarge", "Running On-Demand P instances", "All P4, P3 and P2 Spot Instance Requests"),
        ("p5en.48xlarge", "Running On-Demand P instances", "All P5 Spot Instance Requests"),
        ("p6-b200.48xlarge", "Running On-Demand P instances", None),
        ("g5.8xlarge", "Running On-Demand G and VT instances", "All G and VT Spot Instance Requests"),
        ("trn1.32xlarge", "Running On-Demand Trn instances", "All Trn Spot Instance Requests"),
        ("hpc7a.96xlarge", "Running On-Demand HPC instances", None),
        (
            "m6i.xlarge",
            "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
            "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
        ),
        (
            "im4gn.16xlarge",
            "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
            "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
        ),
        ("u-6tb1.metal", None, None),
        ("mac2.metal", None, None),
    ],
)
def test_the_quota_of_a_type_is_that_of_its_class(
    instance_type: str, on_demand: str | None, spot: str | None
) -> None:
    found = [quota_of(instance_type, spot=bought) for bought in (False, True)]
    assert [quota.name if quota else None for quota in found] == [on_demand, spot]


def test_a_quota_is_named_with_its_code() -> None:
    assert str(quota_of("p5.48xlarge", spot=False)) == '"Running On-Demand P instances" (L-417A185B)'
