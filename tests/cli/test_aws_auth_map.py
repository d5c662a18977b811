from typing import Any

import pytest
from typer.testing import CliRunner

from cli import aws_auth
from cli.errors import CommandError
from cli.main import app
from cli.target import Target
from knowledge.aws_auth import node_mapping, read_mappings
from tests.cli.nccl.fake_api import FakeApi

PATH = "/api/v1/namespaces/kube-system/configmaps/aws-auth"
NODES = node_mapping("arn:aws:iam::123456789012:role/karpenter")
PRESENT = "- rolearn: arn:aws:iam::123456789012:role/old\n  username: old  # by hand\n"


def api(roles: str = PRESENT) -> FakeApi:
    there = FakeApi()
    there.put(PATH, config_map(roles))
    return there


def config_map(roles: str) -> dict[str, Any]:
    metadata = {"name": "aws-auth", "namespace": "kube-system", "labels": {"kept": "yes"}}
    return {"metadata": metadata, "data": {"mapRoles": roles, "mapUsers": "- userarn: somebody\n"}}


def roles_in(there: FakeApi) -> str:
    return str(there.objects[PATH]["data"]["mapRoles"])


def test_a_role_is_added_and_nothing_else_of_the_config_map_changes() -> None:
    there = api()
    assert aws_auth.map_role(there.cluster(), NODES)
    assert roles_in(there).startswith(PRESENT)
    assert read_mappings(roles_in(there))[-1] == NODES
    assert there.objects[PATH]["data"]["mapUsers"] == "- userarn: somebody\n"
    assert there.objects[PATH]["metadata"]["labels"] == {"kept": "yes"}


def test_a_second_time_nothing_is_written() -> None:
    there = api()
    aws_auth.map_role(there.cluster(), NODES)
    version = there.version
    assert not aws_auth.map_role(there.cluster(), NODES)
    assert there.version == version


def test_what_somebody_adds_meanwhile_is_kept() -> None:
    there = api()
    theirs = f"{PRESENT}- rolearn: theirs\n  username: theirs\n"

    def somebody_is_quicker(method: str, path: str) -> None:
        if method == "GET" and roles_in(there) == PRESENT:
            there.put(PATH, config_map(theirs))

    there.after = somebody_is_quicker
    assert aws_auth.map_role(there.cluster(), NODES)
    assert [each.role_arn for each in read_mappings(roles_in(there))][1:] == ["theirs", NODES.role_arn]


def test_someone_who_never_stops_writing_is_not_fought_for_ever() -> None:
    there = api()
    there.after = lambda method, path: there.put(PATH, config_map(PRESENT)) if method == "GET" else None
    with pytest.raises(CommandError, match="changed 5 times meanwhile"):
        aws_auth.map_role(there.cluster(), NODES)


def test_malformed_content_is_refused_with_its_line_and_left_alone() -> None:
    there = api("- rolearn: a\n  groups: oops\n")
    version = there.version
    with pytest.raises(CommandError, match=r"mapRoles line 2: groups is not a list"):
        aws_auth.map_role(there.cluster(), NODES)
    assert there.version == version


def test_a_cluster_without_it_is_told_of_access_entries() -> None:
    with pytest.raises(CommandError, match="goes by access entries"):
        aws_auth.mappings(FakeApi().cluster())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `eks-efa aws-auth` on the cluster of `there`."""

    def run(there: FakeApi, *arguments: str) -> str:
        target = Target(there.cluster(), "us-west-2", sandbox=None)
        monkeypatch.setattr("cli.verbs.aws_auth.open_target", lambda stack, kubeconfig: target)
        return CliRunner().invoke(app, ["aws-auth", *arguments], catch_exceptions=False).output

    return run


def test_entries_are_offered_as_commands_and_what_they_cannot_do_is_said(run: Any) -> None:
    groups = "  groups:\n  - system:authenticated\n"
    output = run(api(PRESENT + groups), "entries", "train")
    assert "authenticationMode=API_AND_CONFIG_MAP" in output
    assert "--principal-arn arn:aws:iam::123456789012:role/old --type STANDARD --username old" in output
    assert "# no entry can give the group system:authenticated" in output


def test_only_roles_are_added(run: Any) -> None:
    with pytest.raises(CommandError, match="nodes: not the ARN of a role"):
        run(api(), "add-role", "nodes")
    there = api()
    run(there, "add-role", NODES.role_arn)
    assert NODES in read_mappings(roles_in(there))
