"""An API that whoever deploys could not reach, or that lets in more than it should; and the ways out."""

from typing import Any

import pytest

from settings.faults import Fault
from tests.settings.bad_settings import PRIVATE_WAY, PROD, Case, Changes, check, lines_of, settings_of, spoilt
from tests.settings.existing_clusters import PRIVATE, VPC_ID

GROUP = "sg-0123456789abcdef0"
GIVEN_VPC = {"network": {"existing": {"vpcId": VPC_ID, "privateSubnetIds": PRIVATE}}}
PUBLIC = {"cluster.publicAccess": True, "cluster.publicAccessCidrs": ["8.8.8.8/32"]}
NOBODY_YET = (
    "cluster.publicAccess: false, and the VPC is made by the same `up`: nobody outside of it would reach the "
    "API to go on; set it true and your address in publicAccessCidrs; or, once the VPC is connected with "
    "where Pulumi runs, set privateAccess.vpcConnected true and that network in privateAccess.cidrs"
)
NOBODY_LET_IN = (
    "cluster.privateAccess: missing, and the endpoint is private: EKS lets in nodes alone; name where Pulumi "
    "runs in its cidrs or securityGroupIds; or set publicAccess true and your address in publicAccessCidrs"
)


def access(**of: Any) -> dict[str, Any]:
    return {"cluster.privateAccess": of}


CASES: dict[str, Case] = {
    "private in a VPC to be made": (access(), NOBODY_YET),
    "a rule, but nobody is connected yet": (access(cidrs=["10.20.0.0/16"]), NOBODY_YET),
    "connected, but without a rule": (access(vpcConnected=True), NOBODY_LET_IN),
    "private in a VPC of somebody else's": ({**GIVEN_VPC, **access()}, NOBODY_LET_IN),
    "the whole internet by the private way": (
        access(cidrs=["0.0.0.0/0"], vpcConnected=True),
        "cluster.privateAccess.cidrs[0]: 0.0.0.0/0 is not allowed; list the ranges that need it",
    ),
    "an address for a range": (
        access(cidrs=["10.20.0.7"], vpcConnected=True),
        'cluster.privateAccess.cidrs[0]: "10.20.0.7" has no prefix length; did you mean 10.20.0.7/32?',
    ),
    "a range with host bits": (
        access(cidrs=["10.20.0.7/16"], vpcConnected=True),
        "cluster.privateAccess.cidrs[0]: 10.20.0.7/16 has host bits set; did you mean 10.20.0.0/16?",
    ),
    "a range twice": (
        access(cidrs=["10.20.0.0/16", "10.20.0.0/16"], vpcConnected=True),
        "cluster.privateAccess.cidrs[1]: 10.20.0.0/16 is listed twice",
    ),
    "no group": (
        access(securityGroupIds=["runners"], vpcConnected=True),
        'cluster.privateAccess.securityGroupIds[0]: "runners" is not sg- plus 8 to 17 hex digits',
    ),
    "a group twice": (
        access(securityGroupIds=[GROUP, GROUP], vpcConnected=True),
        f"cluster.privateAccess.securityGroupIds[1]: {GROUP} is listed twice",
    ),
}

WAYS: dict[str, Changes] = {
    "a public endpoint for named ranges": {**access(), **PUBLIC},
    "a VPC that is connected, and a range": access(**PRIVATE_WAY),
    "a VPC that is connected, and a group": access(securityGroupIds=[GROUP], vpcConnected=True),
    "a VPC of somebody else's, and a range": {**GIVEN_VPC, **access(cidrs=["10.0.0.0/24"])},
    "a VPC of somebody else's, and a public endpoint": {**GIVEN_VPC, **access(), **PUBLIC},
    "a public endpoint until the VPC is connected": {**access(cidrs=["10.20.0.0/16"]), **PUBLIC},
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_api_that_whoever_deploys_cannot_reach_is_refused(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("changes", [access(), {**GIVEN_VPC, **access()}], ids=["own VPC", "given VPC"])
def test_it_is_refused_without_asking_aws(changes: Changes) -> None:
    assert len(lines_of(spoilt(changes), facts=None)) == 1


@pytest.mark.parametrize(
    ("changes", "line"),
    [(access(), NOBODY_YET), (access(vpcConnected=True), NOBODY_LET_IN)],
    ids=["own VPC", "no rule"],
)
def test_an_offline_plan_goes_on_with_an_api_out_of_reach_and_warns(changes: Changes, line: str) -> None:
    told: list[Fault] = []
    settings_of(spoilt(changes), listed_on="2026-10-27", warn=told.append)
    assert [str(warning) for warning in told] == [line]


@pytest.mark.parametrize("deploys", [True, False], ids=["up", "preview"])
def test_an_api_out_of_reach_is_a_fault_to_whoever_asks_aws_and_no_warning_besides(deploys: bool) -> None:
    told: list[Fault] = []
    assert lines_of(spoilt(access()), deploys=deploys, warn=told.append) == [NOBODY_YET]
    assert told == []


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_each_way_out_is_open_in_every_environment(environment: str, ways: Changes) -> None:
    changes = {**ways, "environment": environment}
    assert lines_of(spoilt(changes, PROD), deploys=True) == []


def test_production_closes_the_public_endpoint_once_there_is_a_private_way() -> None:
    changes = {**access(**PRIVATE_WAY), **PUBLIC}
    assert lines_of(spoilt(changes)) == []
    assert lines_of(spoilt(changes, PROD)) == [
        "cluster.publicAccess: true; production closes the public endpoint where privateAccess leads to the "
        "private one; run: pulumi config set --path cluster.publicAccess false, and remove publicAccessCidrs"
    ]


def test_the_sandbox_reaches_its_api_whatever_the_settings_say() -> None:
    changes = {**access(), "sandbox": True}
    here = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    assert lines_of(spoilt(changes), environ=here, deploys=True) == []


@pytest.mark.parametrize(
    ("changes", "path", "cidr"),
    [
        (
            {**access(), "cluster.publicAccess": True, "cluster.publicAccessCidrs": ["203.0.113.7/32"]},
            "cluster.publicAccessCidrs[0]",
            "203.0.113.7/32",
        ),
        (
            access(cidrs=["10.20.0.0/16", "192.0.2.0/24"], vpcConnected=True),
            "cluster.privateAccess.cidrs[1]",
            "192.0.2.0/24",
        ),
    ],
)
def test_a_placeholder_is_fine_to_plan_with_and_not_to_deploy(changes: Changes, path: str, cidr: str) -> None:
    line = (
        f"{path}: {cidr} is a placeholder out of documentation (RFC 5737), and nobody's address; put yours "
        f"there: curl https://checkip.amazonaws.com prints it; run: pulumi config set --path '{path}' "
        "<address>/32"
    )
    assert lines_of(spoilt(changes), deploys=True) == [line]
    told: list[Fault] = []
    settings_of(spoilt(changes), warn=told.append)
    assert [str(warning) for warning in told] == [line]


def test_nothing_is_told_of_addresses_that_somebody_has() -> None:
    told: list[Fault] = []
    settings_of(spoilt({**access(), **PUBLIC}), warn=told.append, deploys=True)
    assert told == []
