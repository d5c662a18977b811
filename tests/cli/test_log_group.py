"""The log group that EKS makes again after its cluster has gone."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli import log_group
from cli.deployed import Deployed
from cli.errors import CommandError
from cli.log_group import refuse_log_group, remove_log_group
from cli.stacks import Stack
from tests.cli.test_identity import OURS
from tests.cli.test_leftovers import REGION, stack
from tests.cli.test_target import Eks

GROUP = "/aws/eks/efa-dev/cluster"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """CloudWatch with the group, and one whose name goes on."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setattr(log_group, "deployed", lambda stack: ())
    with mock_aws():
        client = boto3.client("logs", region_name=REGION)
        for group in (GROUP, f"{GROUP}-of-others"):
            client.create_log_group(logGroupName=group)
        yield client


def groups(logs: Any) -> list[str]:
    return [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]


def after(logs: Any, of: Stack, eks: Eks) -> list[str]:
    remove_log_group(of, {"logs": logs, "eks": eks}.__getitem__)
    return groups(logs)


def test_it_alone_goes_once_its_cluster_is_gone(logs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert after(logs, stack(), Eks()) == [f"{GROUP}-of-others"]
    assert capsys.readouterr().err == (
        f"deleted log group {GROUP}, which EKS had made again after its cluster\n"
    )
    assert after(logs, stack(), Eks()) == [f"{GROUP}-of-others"]
    assert capsys.readouterr().err == ""


def test_while_its_cluster_is_there_or_was_not_the_stacks_it_stays(logs: Any) -> None:
    assert GROUP in after(logs, stack(), Eks(efa_dev=OURS))
    assert GROUP in after(logs, stack(adopts=True), Eks())


def test_an_up_that_could_not_make_it_says_so_before(logs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clients = {"logs": logs}.__getitem__
    with pytest.raises(CommandError) as refused:
        refuse_log_group(stack(), clients)
    assert str(refused.value) == (
        f"log group {GROUP}: is there and not in the stack's state: "
        "EKS makes it again when a cluster has gone; "
        f"run: aws logs delete-log-group --region us-west-2 --log-group-name {GROUP}"
    )
    refuse_log_group(stack(adopts=True), clients)
    own = Deployed("urn", "aws:cloudwatch/logGroup:LogGroup", GROUP, protect=False)
    monkeypatch.setattr(log_group, "deployed", lambda stack: (own,))
    refuse_log_group(stack(), clients)
    monkeypatch.setattr(log_group, "deployed", lambda stack: ())
    logs.delete_log_group(logGroupName=GROUP)
    refuse_log_group(stack(), clients)
