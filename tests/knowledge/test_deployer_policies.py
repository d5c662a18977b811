"""The policies of whoever deploys: what they name, and that no lookup of the program is forgotten."""

import re

import pytest

from cli.leftovers import KINDS
from knowledge.iam.deployer import DeployerScope, deployer_policies
from knowledge.iam.deployer_actions import AROUND, CLUSTER, IDENTITY, LOOKUPS, NETWORK
from knowledge.iam.document import Statement
from sandbox.paths import REPOSITORY

EVERYTHING = {*AROUND, *CLUSTER, *IDENTITY, *NETWORK}
SCOPE = DeployerScope("aws", "us-west-2", "111122223333", "efa-dev")

_LOOKUP = re.compile(r"\baws(?:\.(\w+))?\.get_(\w+?)(?:_output)?\b")


def statements(*types: str, scope: DeployerScope = SCOPE) -> dict[str, Statement]:
    policies = deployer_policies(types or EVERYTHING, scope)
    return {each["Sid"]: each for policy in policies.values() for each in policy["Statement"]}


def token(module: str, name: str) -> str:
    first, *rest = name.split("_")
    function = "get" + "".join(word.capitalize() for word in (first, *rest))
    return f"aws:{module or 'index'}/{function}:{function}"


def test_every_lookup_of_the_program_is_allowed() -> None:
    sources = (file.read_text() for file in (REPOSITORY / "components").rglob("*.py"))
    asked = {token(*found) for source in sources for found in _LOOKUP.findall(source)}
    assert len(asked) > 10
    assert asked - set(LOOKUPS) == set()


def of_operation(service: str, operation: str) -> str:
    """`ec2:DescribeVolumes` of boto3's `describe_volumes`."""
    return f"{service}:{''.join(word.capitalize() for word in operation.split('_'))}"


def test_what_down_looks_for_at_its_end_is_allowed_whatever_is_registered() -> None:
    allowed = statements("aws:sqs/queue:Queue")
    asked = {of_operation("ec2", kind.operation) for kind in KINDS}
    assert asked - set(allowed["AllowEc2ToBeLookedAt"]["Action"]) == set()
    assert "eks:DescribeCluster" in allowed["AllowTheClusterAndWhatIsInIt"]["Action"]


def test_what_the_verbs_do_to_a_log_group_is_allowed_where_the_stack_registers_its_own() -> None:
    source = (REPOSITORY / "cli" / "log_group.py").read_text()
    asked = {
        of_operation("logs", each) for each in re.findall(r"\b(?:describe|delete)_log_groups?\b", source)
    }
    assert asked == {"logs:DescribeLogGroups", "logs:DeleteLogGroup"}
    allowed = statements("aws:cloudwatch/logGroup:LogGroup").values()
    assert asked - {action for each in allowed for action in each["Action"]} == set()


def test_what_is_not_registered_is_not_allowed() -> None:
    allowed = statements("aws:sqs/queue:Queue")
    assert "AllowInterruptionQueue" in allowed
    assert set(allowed) - {"AllowInterruptionQueue"} == {
        "AllowEc2ToBeLookedAt",
        "AllowLookingAtAddonVersions",
        "AllowTheClusterAndWhatIsInIt",
        "AllowReadingWhoDeploys",
        "AllowReadingWhichImagesAreNewest",
    }
    assert all(
        "Create" not in action
        for each in allowed.values()
        for action in each["Action"]
        if "sqs" not in action
    )


def test_roles_are_made_and_handed_on_by_name_and_to_their_services_alone() -> None:
    allowed = statements()
    assert allowed["AllowRolesAndPoliciesByName"]["Resource"] == [
        "arn:aws:iam::111122223333:role/gpu-*",
        "arn:aws:iam::111122223333:policy/gpu-*",
    ]
    handed = allowed["AllowHandingRolesToTheirServices"]
    assert handed["Resource"] == "arn:aws:iam::111122223333:role/gpu-*"
    assert handed["Condition"]["StringEquals"]["iam:PassedToService"][0] == "ec2.amazonaws.com"
    passing = [each for each in allowed.values() if "iam:PassRole" in each["Action"]]
    assert passing == [handed]


def test_only_the_stacks_own_cluster_can_be_touched() -> None:
    named = statements()["AllowTheClusterAndWhatIsInIt"]["Resource"]
    assert named[0] == "arn:aws:eks:us-west-2:111122223333:cluster/efa-dev"
    assert all(re.search(r":(cluster|[a-z-]+)/efa-dev(/\*)?$", each) for each in named)


@pytest.mark.parametrize("sid", ["AllowEc2ForTheNetwork", "AllowEc2ForNodeGroups", "AllowEc2ToBeLookedAt"])
def test_ec2_is_bounded_by_the_region(sid: str) -> None:
    assert statements()[sid]["Condition"] == {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}


def test_china_has_its_own_name_for_instances() -> None:
    scope = DeployerScope("aws-cn", "cn-north-1", "*", "efa")
    handed = statements(scope=scope)["AllowHandingRolesToTheirServices"]
    assert handed["Condition"]["StringEquals"]["iam:PassedToService"][0] == "ec2.amazonaws.com.cn"
    assert handed["Resource"] == "arn:aws-cn:iam::*:role/gpu-*"
