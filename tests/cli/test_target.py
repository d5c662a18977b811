"""A verb for a stack on AWS acts on the stack's own cluster, or not at all."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError, EndpointConnectionError

from cli import main, target
from cli.errors import CommandError
from cli.stacks import Stack, find_stack
from cli.target import open_target
from knowledge.yaml_values import Plain
from sandbox.paths import SandboxPaths
from settings.stack_file import StackFile
from tests.cli.test_identity import OURS, THEIRS


class Eks:
    """EKS of an account: its clusters by name, or what every call ends with."""

    def __init__(self, failure: Exception | None = None, **authorities: str) -> None:
        self._failure, self._authorities = failure, authorities
        self.protected = False

    def describe_cluster(self, name: str) -> dict[str, Any]:
        if self._failure is not None:
            raise self._failure
        authority = self._authorities.get(name.replace("-", "_"))
        if authority is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeCluster")
        return {
            "cluster": {
                "status": "ACTIVE",
                "endpoint": "https://127.0.0.1:9",
                "certificateAuthority": {"data": authority} if authority else {},
                "deletionProtection": self.protected,
            }
        }


NO_CLUSTER = (
    "error: cluster efa-dev: EKS has none of that name in the stack's region and account; "
    "deploy it with make up, or see whose account it is: aws sts get-caller-identity\n"
)


@pytest.fixture(autouse=True)
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own, whose current context is a cluster with our certificate authority."""
    address = {"server": "https://127.0.0.1:9", "certificate-authority-data": OURS}
    content = {
        "clusters": [{"name": "c", "cluster": address}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    monkeypatch.setenv("KUBECONFIG", str(path))
    monkeypatch.setenv("EKS_EFA_SANDBOX_DIR", str(tmp_path / "sandbox"))
    return path


def account(monkeypatch: pytest.MonkeyPatch, eks: Eks) -> list[tuple[str, str, str | None]]:
    """Put an account in the place of AWS; who was asked for which service."""
    asked = []

    def client_maker(stack: Stack, sandbox: SandboxPaths | None) -> Any:
        assert sandbox is None
        asked.append((stack.name, stack.region, stack.file.profile))
        return {"eks": eks}.__getitem__

    monkeypatch.setattr(target, "client_maker", client_maker)
    return asked


def test_the_stacks_own_cluster_is_taken(monkeypatch: pytest.MonkeyPatch, kubeconfig: Path) -> None:
    asked = account(monkeypatch, Eks(efa_dev=OURS))
    assert open_target("dev", None).cluster.kubeconfig == kubeconfig
    assert open_target("dev", kubeconfig).sandbox is None
    assert asked == [("dev", "us-west-2", None)] * 2


@pytest.mark.parametrize(
    "arguments",
    [
        *(["status"], ["scale-out"], ["scale", "3"], ["scale-in"], ["nccl", "run"], ["logs"], ["dashboards"]),
        *(["migrate-plan"], ["migrate"], ["aws-auth", "add-role", "arn:aws:iam::123456789012:role/nodes"]),
    ],
    ids=lambda arguments: "-".join(arguments[:2]),
)
def test_no_verb_acts_on_another_cluster_that_the_current_context_is_of(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    kubeconfig: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account(monkeypatch, Eks(efa_dev=THEIRS))
    refused = (
        f"{kubeconfig}: is not of the stack's cluster efa-dev: their certificate authorities differ; "
        "write it: aws eks update-kubeconfig --region us-west-2 --name efa-dev"
    )
    for named in ([], ["--kubeconfig", str(kubeconfig)]):
        assert main.run([*arguments, "-s", "dev", *named]) in (1, 2)
        assert refused in capsys.readouterr().err.replace("\n", " ")


def test_a_kubeconfig_that_is_not_there_is_written_as_whoever_deploys_the_stack(
    monkeypatch: pytest.MonkeyPatch, kubeconfig: Path
) -> None:
    account(monkeypatch, Eks(efa_dev=OURS))
    kubeconfig.unlink()
    line = (
        f"{kubeconfig}: no such kubeconfig; name one with --kubeconfig, or write it with: "
        "aws eks update-kubeconfig --region us-west-2 --name efa-dev"
    )
    role = "arn:aws:iam::111122223333:role/deploys"
    acting: dict[str, Plain] = {"aws:profile": "gpu team", "aws:assumeRoles": [{"roleArn": role}]}
    for config, options in (({}, ""), (acting, f" --role-arn {role} --profile 'gpu team'")):
        dev = find_stack("dev")
        as_somebody = replace(dev, file=replace(dev.file, config=config))
        monkeypatch.setattr(target, "find_stack", lambda name, found=as_somebody: found)
        with pytest.raises(CommandError) as refused:
            open_target("dev", None)
        assert str(refused.value) == f"{line}{options}"


def test_where_aws_does_not_answer_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    account(monkeypatch, Eks(EndpointConnectionError(endpoint_url="https://eks")))
    with pytest.raises(CommandError) as refused:
        open_target("dev", None)
    assert str(refused.value) == (
        'EKS: Could not connect to the endpoint URL: "https://eks"; '
        "check the network, the proxy and aws:region"
    )


def test_of_a_stack_without_a_cluster_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account(monkeypatch, Eks())
    assert main.run(["status", "-s", "dev"]) == 0
    assert capsys.readouterr().out == "dev: nothing runs; start it with: make up STACK=dev\n"
    assert main.run(["scale-out", "-s", "dev"]) == 1
    assert capsys.readouterr().err == NO_CLUSTER


def test_before_a_first_deployment_there_is_no_kubeconfig_to_be_written_either(
    monkeypatch: pytest.MonkeyPatch, kubeconfig: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account(monkeypatch, Eks())
    kubeconfig.unlink()
    assert main.run(["status", "-s", "dev"]) == 0
    assert capsys.readouterr().out == "dev: nothing runs; start it with: make up STACK=dev\n"
    assert main.run(["logs", "-s", "dev"]) == 1
    assert capsys.readouterr().err == NO_CLUSTER


def test_a_kubeconfig_for_the_sandbox_is_any_clusters(
    monkeypatch: pytest.MonkeyPatch, kubeconfig: Path
) -> None:
    assert account(monkeypatch, Eks()) == []
    assert open_target("sandbox", kubeconfig).cluster.kubeconfig == kubeconfig


def test_a_tenants_cluster_is_its_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    assert target.cluster_of(find_stack("team-a")) == "efa-sandbox"
    elsewhere = tenant("org/project/far")
    monkeypatch.setattr(target, "stack_output", lambda stack, name: f"{name} of {stack.name}")
    assert target.cluster_of(elsewhere) == "clusterName of team"


def tenant(platform: str) -> Stack:
    return Stack("team", StackFile(region="us-west-2", profile=None, raw={"platform": platform}, config={}))


def test_a_stack_that_names_no_cluster_has_none_to_act_on() -> None:
    nameless = Stack("dev", StackFile(region="us-west-2", profile=None, raw={}, config={}))
    with pytest.raises(CommandError, match="stack dev: its settings name no cluster; set"):
        target.cluster_of(nameless)
