"""The verbs ask AWS as whoever the stack's AWS provider is."""

import json

import pytest
from moto import mock_aws

from cli.aws_clients import client_maker
from cli.stacks import Stack
from knowledge.yaml_values import Plain
from settings.stack_file import StackFile

DEPLOYER = "arn:aws:iam::210987654321:role/deployer"


@pytest.mark.parametrize("written", [[{"roleArn": DEPLOYER}], json.dumps([{"roleArn": DEPLOYER}])])
def test_the_role_that_the_provider_assumes_is_assumed(
    written: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    stack = Stack("dev", StackFile("us-west-2", None, {}, {"aws:assumeRoles": written}))
    with mock_aws():
        who = client_maker(stack, None)("sts").get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::210987654321:assumed-role/deployer/eks-efa"
