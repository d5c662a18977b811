"""Events are those of Karpenter 1.14.0 in a sandbox, whose EC2 answers with the codes of the real one."""

import pytest

from cli.pending.evidence import Pool
from cli.pending.failed_launches import Failure, failure_of, told_by_condition

VCPU_LIMIT = (
    "VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 0 allows for "
    "the instance bucket that the specified instance type belongs to. Please visit "
    "http://aws.amazon.com/contact-us/ec2-request to request a..."
)
SHORTAGE = (
    "InsufficientInstanceCapacity: We currently do not have sufficient p4d.24xlarge capacity in the "
    "Availability Zone you requested (us-west-2a). (aws-error-code=UnfulfillableCapacity, aws-operation-n..."
)


def pool(*types: str, bought: tuple[str, ...] = ("on-demand",)) -> Pool:
    return Pool("gpu", "gpu", None, types, bought, {})


def told(errors: str, pool: Pool | None = None) -> Failure:
    prefix = "NodeClaim gpu-8xgx2 event: creating instance, insufficient capacity, with fleet error(s), "
    return failure_of(prefix + errors, pool)


@pytest.mark.parametrize(
    ("errors", "pool", "text"),
    [
        (
            VCPU_LIMIT,
            pool("p4d.24xlarge"),
            "EC2: the limit of 0 vCPUs is too low for p4d.24xlarge; raise the quota "
            '"Running On-Demand P instances" (L-417A185B) in Service Quotas',
        ),
        (
            VCPU_LIMIT,
            pool("g5.8xlarge", "p4d.24xlarge"),
            "EC2: the limit of 0 vCPUs is too low for g5.8xlarge, p4d.24xlarge; raise the quota "
            '"Running On-Demand G and VT instances" (L-DB2E81BA) or "Running On-Demand P instances" '
            "(L-417A185B) in Service Quotas",
        ),
        (
            VCPU_LIMIT,
            None,
            "EC2: the limit of 0 vCPUs is too low; raise the quota of its class of On-Demand instances in "
            "Service Quotas",
        ),
        (
            "MaxSpotInstanceCountExceeded: Max spot instance count exceeded (aws-error-code=Unfulfillab...",
            pool("g5.8xlarge", bought=("spot", "on-demand")),
            "EC2: the limit of Spot Instances is reached for g5.8xlarge; raise the quota "
            '"All G and VT Spot Instance Requests" (L-3819A6DF) in Service Quotas',
        ),
        (
            "InsufficientFreeAddressesInSubnet: There are not enough free addresses in subnet "
            "'subnet-0a1b' to satisfy the request. (aws-error-code=UnfulfillableCapacity, aws-op...",
            None,
            "EC2: subnet subnet-0a1b has no free address left; end nodes or pods there, or use a larger "
            "private subnet",
        ),
        (
            "ReservationCapacityExceeded: The requested reservation cr-1 does not have sufficient available "
            "capacity. (aws-error-code=UnfulfillableCapacity, aws-op...",
            None,
            "EC2: The requested reservation cr-1 does not have sufficient available capacity; free an "
            "instance of it, or enlarge the reservation",
        ),
        (
            "MaxFleetCountExceeded: You have reached the maximum number of fleets (aws-error-code=Unful...",
            None,
            "EC2: as many fleets as the account may have; raise the quota of EC2 Fleet in Service Quotas",
        ),
    ],
    ids=["vcpu", "two quotas", "unknown pool", "spot", "addresses", "reservation", "fleets"],
)
def test_a_failure_that_waiting_does_not_mend_says_what_does(
    errors: str, pool: Pool | None, text: str
) -> None:
    assert told(errors, pool) == Failure(text)


def test_what_the_account_lacks_is_told_before_what_ec2_lacks() -> None:
    alone = told(VCPU_LIMIT)
    assert told(f"{SHORTAGE.partition(' (aws')[0]}; {VCPU_LIMIT}") == alone
    assert told(f"{VCPU_LIMIT.removesuffix('...')}; {SHORTAGE}") == alone


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        (
            SHORTAGE,
            "EC2: We currently do not have sufficient p4d.24xlarge capacity in the Availability Zone you "
            "requested (us-west-2a)",
        ),
        (
            "UnfulfillableCapacity: Unable to fulfill capacity due to your request configuration. (aw...",
            "EC2: Unable to fulfill capacity due to your request configuration",
        ),
        (
            "Unsupported: Your requested instance type (p5.48xlarge) is not supported in your requested "
            "Availability Zone (us-west-2d). (aws-error-cod...",
            "EC2: Your requested instance type (p5.48xlarge) is not supported in your requested Availability "
            "Zone (us-west-2d)",
        ),
    ],
)
def test_what_only_ec2_can_mend_is_told_in_its_words_and_passes(errors: str, text: str) -> None:
    assert told(errors) == Failure(text, passes=True)


def test_a_failure_without_an_error_of_ec2_is_told_in_karpenters_words() -> None:
    said = "creating instance, insufficient capacity, all requested instance types were unavailable"
    assert failure_of(f"NodeClaim gpu-8xgx2 event: {said}", None) == Failure(said, passes=True)


def test_a_condition_of_another_reason_keeps_its_message() -> None:
    said = "User is not authorized to perform this operation due to a service control policy"
    assert told_by_condition("Unauthorized", said, None) == said
