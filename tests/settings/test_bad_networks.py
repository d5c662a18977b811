"""Networks and clusters that AWS would refuse, or that nobody should want."""

import pytest

from settings.facts import SubnetFacts, VpcFacts
from settings.faults import Fault
from tests.settings.bad_settings import PROD, Case, check, lines_of, settings_of, spoilt
from tests.settings.existing_clusters import VPC_ID
from tests.settings.region_table import RegionTable

ZONES = "us-west-2a, us-west-2b, us-west-2c, us-west-2d"
RETENTION = (
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"
)

CASES: dict[str, Case] = {
    "host bits": (
        {"network.cidr": "10.0.1.0/16"},
        "network.cidr: 10.0.1.0/16 has host bits set; did you mean 10.0.0.0/16?",
    ),
    "no range": (
        {"network.cidr": "ten"},
        'network.cidr: "ten" is not an IPv4 range; write it as 10.0.0.0/16',
    ),
    "too large a VPC": (
        {"network.cidr": "10.0.0.0/8"},
        "network.cidr: 10.0.0.0/8 is not a size a VPC can have; /16 to /28 are",
    ),
    "a public VPC": (
        {"network.cidr": "8.8.0.0/16"},
        "network.cidr: 8.8.0.0/16 is a public range; "
        "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 are private",
    ),
    "a VPC smaller than its subnets": (
        {"network.cidr": "10.0.0.0/20"},
        "network.privateSubnetBits: /19 is no prefix of a subnet of 10.0.0.0/20; /20 to /28 are",
    ),
    "subnets that do not fit": (
        {"network.privateSubnetBits": 17},
        "network.privateSubnetBits: 2 private subnets of /17 and as many public ones of /24 "
        "do not fit in 10.0.0.0/16; it has 65536 addresses and they take 66048; "
        "use longer prefixes, fewer zones or a larger VPC",
    ),
    "subnets too small for the nodes": (
        {"network.privateSubnetBits": 24, "provisioners[0].maxNodes": 64},
        "network.privateSubnetBits: /24 gives 251 addresses in us-west-2a; by-hand (2 nodes), "
        "elastic (64 nodes), system nodes (2 nodes) need at least 6560; "
        "use /19 or a larger subnet, or fewer nodes",
    ),
    "more nodes than any subnet holds": (
        {"provisioners[0].maxNodes": 1000},
        "network.privateSubnetBits: /19 gives 8187 addresses in us-west-2a; by-hand (2 nodes), "
        "elastic (1000 nodes), system nodes (2 nodes) need at least 100160; use fewer nodes",
    ),
    "service addresses in the VPC": (
        {"cluster.serviceCidr": "10.0.0.0/20"},
        "network.cidr: 10.0.0.0/16 overlaps cluster.serviceCidr 10.0.0.0/20; "
        "choose another cluster.serviceCidr, such as 172.20.0.0/16",
    ),
    "the VPC in the usual service addresses": (
        {"network.cidr": "172.20.0.0/16"},
        "network.cidr: 172.20.0.0/16 overlaps cluster.serviceCidr 172.20.0.0/16; "
        "choose another cluster.serviceCidr, such as 10.100.0.0/16",
    ),
    "one zone": (
        {"network.zones": ["us-west-2a"]},
        "network.zones: got 1 zone; EKS wants two or more; add a zone, or leave zones out",
    ),
    "a zone twice": (
        {"network.zones": ["us-west-2a", "us-west-2a"]},
        'network.zones[1]: "us-west-2a" is listed twice',
    ),
    "a zone of another region": (
        {"network.zones": ["us-east-1a", "us-west-2a"]},
        f"network.zones[0]: us-east-1a is not in us-west-2; zones: {ZONES}",
    ),
    "more zones than there are": (
        {"network.zoneCount": 5},
        "network.zoneCount: 5 is more than the 4 zones EKS has in this region",
    ),
    "an endpoint twice": (
        {"network.interfaceEndpoints": ["sts", "sts"]},
        'network.interfaceEndpoints[1]: "sts" is listed twice',
    ),
    "an endpoint for S3": (
        {"network.interfaceEndpoints": ["s3"]},
        "network.interfaceEndpoints[0]: S3 already has its gateway endpoint; remove it",
    ),
    "an endpoint by its full name": (
        {"network.interfaceEndpoints": ["com.amazonaws.us-west-2.sts"]},
        'network.interfaceEndpoints[0]: "com.amazonaws.us-west-2.sts" is not the short name of a service; '
        "such as ecr.api or sts",
    ),
    "flow logs for a month and a day": (
        {"network.flowLogRetentionDays": 31},
        "network.flowLogRetentionDays: CloudWatch Logs cannot keep logs for 31 days; "
        f"allowed: {RETENTION}; set 60",
    ),
}

IN_PRODUCTION: dict[str, Case] = {
    "one NAT gateway": (
        {"network.natGateways": "one"},
        'network.natGateways: one NAT gateway fails with its zone; production needs "one-per-zone"; '
        "run: pulumi config set --path network.natGateways one-per-zone",
    ),
    "a cluster that nobody has said to protect": (
        {"cluster": {key: value for key, value in PROD["cluster"].items() if key != "deletionProtection"}},
        "cluster.deletionProtection: missing; production protects its cluster; "
        "run: pulumi config set --path cluster.deletionProtection true",
    ),
    "a node group's newest image": (
        {"nodeGroups[0].ami": {}},
        "nodeGroups[0].ami: the newest image changes by itself; pin a release outside dev; "
        "run: pulumi config set --path 'nodeGroups[0].ami.release' v20260714",
    ),
    "a provisioner's newest image": (
        {"provisioners[0].ami": {}},
        "provisioners[0].ami: the newest image changes by itself; pin a release outside dev; "
        "run: pulumi config set --path 'provisioners[0].ami.release' v20260714",
    ),
    "the newest image by name": (
        {"provisioners[0].ami.release": "latest"},
        'provisioners[0].ami.release: "latest" is not a release of the EKS AL2023 image; '
        "a release is v and a date: v20260714",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_network_that_cannot_be_is_refused(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", IN_PRODUCTION.values(), ids=IN_PRODUCTION)
def test_production_is_stricter(case: Case) -> None:
    check(case, good=PROD)
    assert lines_of(spoilt({"environment": "dev", **case[0]}, PROD)) == [] or "latest" in case[1]


@pytest.mark.parametrize(("environment", "told"), [("prod", True), ("dev", False)])
def test_production_that_is_to_be_taken_away_says_so_and_is_warned_of(environment: str, told: bool) -> None:
    warnings: list[Fault] = []
    given_up = spoilt({"environment": environment, "cluster.deletionProtection": False}, PROD)
    assert settings_of(given_up, warn=warnings.append).cluster.deletion_protection is False
    about_it = [str(warning) for warning in warnings if warning.path == "cluster.deletionProtection"]
    line = (
        "cluster.deletionProtection: false; production is not protected, which is meant for taking it away; "
        "to keep it, run: pulumi config set --path cluster.deletionProtection true"
    )
    assert about_it == [line] * told


def test_eks_has_no_control_plane_in_some_zones() -> None:
    zones = {"us-west-2a": "use1-az3", "us-west-2b": "usw2-az2", "us-west-2c": "usw2-az3"}
    line = "network.zones[0]: EKS has no control plane in us-west-2a (use1-az3); use another zone"
    check(({"network.zones": ["us-west-2a", "us-west-2b"]}, line), facts=lambda: RegionTable(zones=zones))
    # Where no zones are named, such a zone is passed over.
    line = "network.zoneCount: 3 is more than the 2 zones EKS has in this region"
    check(({"network.zoneCount": 3}, line), facts=lambda: RegionTable(zones=zones))


def existing(**subnets: str) -> dict[str, object]:
    ids = {zone.replace("_", "-"): id_ for zone, id_ in subnets.items()}
    return {"network.existing": {"vpcId": VPC_ID, "privateSubnetIds": ids}}


A, B = "subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"
TWO_SUBNETS = existing(us_west_2a=A, us_west_2b=B)


def with_subnets() -> RegionTable:
    table = RegionTable()
    table.subnets[A] = SubnetFacts(VPC_ID, "us-west-2a", "10.0.0.0/19")
    table.subnets[B] = SubnetFacts(VPC_ID, "us-west-2b", "10.0.32.0/23")
    return table


PLACE = 'network.existing.privateSubnetIds["us-west-2b"]'
EXISTING: dict[str, Case] = {
    "made and existing": (
        {**TWO_SUBNETS, "network.cidr": "10.0.0.0/16"},
        "network.cidr: not used together with network.existing; remove one of the two",
    ),
    "a subnet that is not there": (
        existing(us_west_2a=A, us_west_2b="subnet-0cccccccccccccccc"),
        f"{PLACE}: there is no subnet-0cccccccccccccccc in us-west-2 of this account",
    ),
    "a subnet of another region": (
        existing(us_west_2a=A, us_east_1b=B),
        f'network.existing.privateSubnetIds["us-east-1b"]: {B} is in us-west-2b, not in us-east-1b',
    ),
    "no subnet id": (
        existing(us_west_2a=A, us_west_2b="10.0.0.0/19"),
        f'{PLACE}: "10.0.0.0/19" is not subnet- plus 8 to 17 hex digits',
    ),
    "a subnet of another zone": (
        existing(us_west_2a=A, us_west_2c=B),
        f'network.existing.privateSubnetIds["us-west-2c"]: {B} is in us-west-2b, not in us-west-2c',
    ),
    "one subnet for two zones": (
        existing(us_west_2a=A, us_west_2b=A),
        f"{PLACE}: {A} is that of us-west-2a already; a subnet is in one zone; give a subnet of us-west-2b",
    ),
    "a pool in a zone without a subnet": (
        {**TWO_SUBNETS, "provisioners[0].zone": "us-west-2c"},
        "provisioners[0].zone: this stack has no subnet in us-west-2c; it has us-west-2a, us-west-2b; "
        "add a subnet of us-west-2c to network.existing.privateSubnetIds",
    ),
    "a type that no zone with a subnet offers": (
        {**TWO_SUBNETS, "provisioners[0].instanceTypes": ["p5e.48xlarge"]},
        "provisioners[0].zone: no zone of this stack (us-west-2a, us-west-2b) offers p5e.48xlarge; "
        "offered in us-west-2c; add a subnet of us-west-2c to network.existing.privateSubnetIds",
    ),
    "a zone without a subnet": (
        {**TWO_SUBNETS, "network.zones": ["us-west-2a", "us-west-2c"]},
        "network.zones[1]: network.existing has no subnet in us-west-2c; it has us-west-2a, us-west-2b",
    ),
    "a subnet too small": (
        {**TWO_SUBNETS, "provisioners[0].zone": "us-west-2b", "provisioners[0].maxNodes": 5},
        f"{PLACE}: /23 gives 507 addresses in us-west-2b; elastic (5 nodes), system nodes (2 nodes) "
        "need at least 560; use /22 or a larger subnet, or fewer nodes",
    ),
    "service addresses in the VPC": (
        {**TWO_SUBNETS, "cluster.serviceCidr": "10.0.0.0/20"},
        "network.existing.vpcId: 10.0.0.0/16 overlaps cluster.serviceCidr 10.0.0.0/20; "
        "choose another cluster.serviceCidr, such as 172.20.0.0/16",
    ),
}


@pytest.mark.parametrize("case", EXISTING.values(), ids=EXISTING)
def test_an_existing_network_must_be_as_the_settings_say(case: Case) -> None:
    check(case, facts=with_subnets)


def test_a_vpc_that_is_not_there_is_told_with_the_one_its_subnets_are_in() -> None:
    changes = {**TWO_SUBNETS, "network.existing.vpcId": "vpc-0123456789abcdef9"}
    assert lines_of(spoilt(changes), facts=with_subnets) == [
        f'network.existing.privateSubnetIds["us-west-2a"]: {A} is in {VPC_ID}, not in vpc-0123456789abcdef9',
        f"{PLACE}: {B} is in {VPC_ID}, not in vpc-0123456789abcdef9",
        "network.existing.vpcId: there is no vpc-0123456789abcdef9 in us-west-2 of this account",
    ]


def test_a_subnet_of_another_vpc_is_refused() -> None:
    table = with_subnets()
    table.vpcs["vpc-0123456789abcdef1"] = VpcFacts(("10.0.0.0/16",))
    table.subnets[B] = SubnetFacts("vpc-0123456789abcdef1", "us-west-2b", "10.0.32.0/19")
    line = f"{PLACE}: {B} is in vpc-0123456789abcdef1, not in {VPC_ID}"
    check((TWO_SUBNETS, line), facts=lambda: table)
