from ipaddress import IPv4Network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge.efa_interfaces import plan_interfaces
from knowledge.subnets import (
    SERVICE_RANGES,
    PlannedSubnet,
    SubnetPlan,
    addresses_per_node,
    capacity_faults,
    cidr_faults,
    free_range,
    overlap,
    plan_subnets,
    usable_addresses,
    vpc_cidr_faults,
)
from tests.knowledge.moto_instance_types import described

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d", "us-west-2e", "us-west-2f")


@st.composite
def vpcs(draw: st.DrawFn) -> IPv4Network:
    bits = draw(st.integers(16, 24))
    base = IPv4Network(draw(st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])))
    position = draw(st.integers(0, 2 ** (bits - base.prefixlen) - 1))
    return IPv4Network((int(base.network_address) + position * 2 ** (32 - bits), bits))


def ranges(plan: SubnetPlan) -> list[IPv4Network]:
    return [IPv4Network(each.cidr) for each in plan.private + plan.public]


def test_the_default_vpc_is_divided_from_both_ends() -> None:
    assert plan_subnets("10.0.0.0/16", ZONES[:2], 19, 24) == SubnetPlan(
        private=(PlannedSubnet("us-west-2a", "10.0.0.0/19"), PlannedSubnet("us-west-2b", "10.0.32.0/19")),
        public=(PlannedSubnet("us-west-2a", "10.0.255.0/24"), PlannedSubnet("us-west-2b", "10.0.254.0/24")),
    )


@given(vpcs(), st.integers(0, 6), st.integers(16, 28), st.integers(16, 28))
def test_subnets_lie_in_the_vpc_beside_each_other_or_the_reason_is_room(
    vpc: IPv4Network, zones: int, private_bits: int, public_bits: int
) -> None:
    assume(private_bits >= vpc.prefixlen and public_bits >= vpc.prefixlen)
    plan = plan_subnets(str(vpc), ZONES[:zones], private_bits, public_bits)
    needed = zones * (2 ** (32 - private_bits) + 2 ** (32 - public_bits))
    if not isinstance(plan, SubnetPlan):
        assert needed > vpc.num_addresses
        return
    found = ranges(plan)
    assert needed == sum(each.num_addresses for each in found)
    assert all(each.subnet_of(vpc) for each in found)
    assert not any(one.overlaps(other) for n, one in enumerate(found) for other in found[:n])
    assert [each.zone for each in plan.private] == [each.zone for each in plan.public] == list(ZONES[:zones])


@given(vpcs(), st.integers(1, 5), st.integers(18, 28), st.integers(18, 28))
def test_a_zone_added_at_the_end_moves_nobody(
    vpc: IPv4Network, zones: int, private_bits: int, public_bits: int
) -> None:
    before = plan_subnets(str(vpc), ZONES[:zones], private_bits, public_bits)
    after = plan_subnets(str(vpc), ZONES[: zones + 1], private_bits, public_bits)
    assume(isinstance(before, SubnetPlan) and isinstance(after, SubnetPlan))
    assert isinstance(before, SubnetPlan)
    assert isinstance(after, SubnetPlan)
    assert after.private[:zones] == before.private
    assert after.public[:zones] == before.public


def reports(faults: object) -> list[str]:
    assert isinstance(faults, tuple)
    return [str(fault) for fault in faults]


def test_subnets_that_do_not_fit_say_how_much_room_there_is() -> None:
    assert reports(plan_subnets("10.0.0.0/20", ZONES[:4], 22, 26)) == [
        "4 private subnets of /22 and as many public ones of /26 do not fit in 10.0.0.0/20; "
        "it has 4096 addresses and they take 4352; use longer prefixes, fewer zones or a larger VPC"
    ]


def test_a_subnet_cannot_be_larger_than_its_vpc_or_smaller_than_aws_allows() -> None:
    assert reports(plan_subnets("10.0.0.0/18", ZONES[:2], 17, 24)) == [
        "/17 is no prefix of a subnet of 10.0.0.0/18; /18 to /28 are"
    ]
    assert reports(plan_subnets("10.0.0.0/18", ZONES[:2], 20, 29)) == [
        "/29 is no prefix of a subnet of 10.0.0.0/18; /18 to /28 are"
    ]


def test_a_fault_of_the_vpc_range_is_the_only_one_reported() -> None:
    assert reports(plan_subnets("10.0.1.0/16", ZONES[:2], 19, 24)) == [
        "10.0.1.0/16 has host bits set; did you mean 10.0.0.0/16?"
    ]


@pytest.mark.parametrize(
    ("cidr", "report"),
    [
        ("10.0.1.0/16", "10.0.1.0/16 has host bits set; did you mean 10.0.0.0/16?"),
        ("10.0.0.0", '"10.0.0.0" has no prefix length; write it as 10.0.0.0/16'),
        ("ten/16", '"ten/16" is not an IPv4 range; write it as 10.0.0.0/16'),
        ("10.0.0.0/33", '"10.0.0.0/33" is not an IPv4 range; write it as 10.0.0.0/16'),
        ("fd00::/56", '"fd00::/56" is not an IPv4 range; write it as 10.0.0.0/16'),
        ("10.0.0.0/8", "10.0.0.0/8 is not a size a VPC can have; /16 to /28 are"),
        ("10.0.0.0/29", "10.0.0.0/29 is not a size a VPC can have; /16 to /28 are"),
        (
            "52.0.0.0/16",
            "52.0.0.0/16 is a public range; "
            "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 are private",
        ),
    ],
)
def test_a_wrong_vpc_range_is_named_with_its_cure(cidr: str, report: str) -> None:
    assert reports(vpc_cidr_faults(cidr)) == [report]


def test_a_private_range_is_right() -> None:
    assert (
        vpc_cidr_faults("100.64.0.0/16") == vpc_cidr_faults("10.0.0.0/16") == cidr_faults("8.8.8.0/24") == ()
    )


def test_ranges_overlap_where_one_holds_the_other() -> None:
    assert overlap("10.0.0.0/16", "10.0.128.0/20")
    assert not overlap("10.0.0.0/16", "10.1.0.0/16")


def test_aws_keeps_five_addresses_of_each_subnet() -> None:
    assert (usable_addresses(19), usable_addresses(24), usable_addresses(28)) == (8187, 251, 11)


def test_thirty_two_efas_of_a_p5_take_no_address() -> None:
    assert addresses_per_node(plan_interfaces(described("p5.48xlarge")), pods=51) == 52


def test_combined_interfaces_take_one_each() -> None:
    assert addresses_per_node(plan_interfaces(described("hpc6id.32xlarge")), pods=10) == 12


def test_too_many_nodes_for_a_subnet_are_told_the_prefix_that_fits() -> None:
    assert reports(capacity_faults(24, nodes=64, per_node=52)) == [
        "/24 gives 251 addresses; 64 nodes of 52 addresses need at least 3328; use /20 or shorter"
    ]


def test_the_last_address_can_be_had() -> None:
    assert capacity_faults(24, nodes=251, per_node=1) == ()


def test_too_many_nodes_for_any_subnet_are_told_so() -> None:
    assert reports(capacity_faults(19, nodes=1000, per_node=100)) == [
        "/19 gives 8187 addresses; 1000 nodes of 100 addresses need at least 100000; "
        "no subnet is that large; use fewer nodes"
    ]


@given(st.integers(16, 28), st.integers(0, 300), st.integers(1, 300))
def test_nodes_fit_exactly_where_their_addresses_do(bits: int, nodes: int, per_node: int) -> None:
    assert bool(capacity_faults(bits, nodes, per_node)) == (nodes * per_node > usable_addresses(bits))


@given(st.lists(vpcs().map(str), max_size=5))
def test_a_free_range_has_no_address_of_any_that_is_taken(taken: list[str]) -> None:
    free = free_range(taken, SERVICE_RANGES)
    assert free is not None
    assert not any(overlap(str(free), cidr) for cidr in taken)
    assert any(free.subnet_of(block) for block in SERVICE_RANGES)


def test_where_everything_is_taken_no_range_is_free() -> None:
    assert free_range([str(block) for block in SERVICE_RANGES], SERVICE_RANGES) is None
    assert str(free_range(["172.16.0.0/12", "10.100.0.0/16", "ten"], SERVICE_RANGES)) == "10.0.0.0/16"
