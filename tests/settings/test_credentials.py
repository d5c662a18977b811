"""Who the AWS provider acts as, and what of it `aws eks get-token` could not follow."""

import json

import pytest

from settings.credentials import Credentials, credentials_of
from tests.settings.bad_settings import GOOD, lines_of

ROLE = "arn:aws:iam::111122223333:role/deployer"
OTHER = "arn:aws:iam::111122223333:role/other"
IN_A_PROFILE = "name it in a profile of ~/.aws/config, and the profile in aws:profile"
NOT_THE_TOKEN = "known to the AWS provider alone, and the token for the cluster would be somebody else's"


@pytest.mark.parametrize(
    ("aws", "meant"),
    [
        ({}, Credentials()),
        ({"region": "us-west-2", "profile": ""}, Credentials()),
        ({"profile": "work"}, Credentials(profile="work")),
        ({"assumeRoles": [{"roleArn": ROLE, "sessionName": "me"}]}, Credentials(role_arn=ROLE)),
        ({"profile": "work", "assumeRoles": [{"roleArn": ROLE}]}, Credentials("work", ROLE)),
        ({"assumeRoles": json.dumps([{"roleArn": ROLE}])}, Credentials(role_arn=ROLE)),
    ],
)
def test_a_profile_and_a_role_are_taken_from_the_stack(aws: dict[str, object], meant: Credentials) -> None:
    assert lines_of(GOOD, aws=aws) == []
    assert credentials_of(aws) == meant


@pytest.mark.parametrize(
    ("aws", "line"),
    [
        (
            {"accessKey": {"secure": "v1:abc"}},
            f"aws:accessKey: {NOT_THE_TOKEN}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead, or "
            "aws:profile; run: pulumi config rm aws:accessKey",
        ),
        (
            {"sharedConfigFiles": "[./config]"},
            f"aws:sharedConfigFiles: {NOT_THE_TOKEN}; set AWS_CONFIG_FILE instead; "
            "run: pulumi config rm aws:sharedConfigFiles",
        ),
        (
            {"assumeRoles": [{"roleArn": ROLE}, {"roleArn": OTHER}]},
            "aws:assumeRoles: 2 roles, one assumed from the other; `aws eks get-token` assumes one at most; "
            + IN_A_PROFILE,
        ),
        (
            {"assumeRoles": [{"roleArn": ROLE, "externalId": "x"}]},
            f"aws:assumeRoles[0].externalId: `aws eks get-token` cannot be told one; {IN_A_PROFILE}",
        ),
        (
            {"assumeRoles": {"roleArn": ROLE}},
            f"aws:assumeRoles: expected a list of maps with roleArn; mend it, or {IN_A_PROFILE}",
        ),
        (
            {"assumeRoles": [{"role": ROLE}]},
            f"aws:assumeRoles: expected a list of maps with roleArn; mend it, or {IN_A_PROFILE}",
        ),
        (
            {"assumeRoles": "[not json"},
            f"aws:assumeRoles: expected a list of maps with roleArn; mend it, or {IN_A_PROFILE}",
        ),
    ],
)
def test_what_the_command_for_the_token_cannot_be_told_is_refused(aws: dict[str, object], line: str) -> None:
    assert lines_of(GOOD, aws=aws) == [line]


def test_a_stack_on_a_platform_is_held_to_the_same() -> None:
    tenant = {"platform": "acme/eks-efa-karpenter/prod", "nccl": {"pool": "p4d"}}
    [line] = lines_of(tenant, aws={"token": "x"})
    assert line.startswith("aws:token: known to the AWS provider alone")
