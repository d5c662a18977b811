"""`down` on AWS asks first: of what it cannot see the end of, nothing is begun."""

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cli import aws_down, draining, main
from cli.cluster import Cluster, connect
from cli.deployed import NODE_POOL, Deployed
from cli.stacks import Stack
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.test_identity import OURS
from tests.cli.test_target import Eks
from tests.cli.test_teardown import api

POOL = Deployed("urn:p5", NODE_POOL, "p5", protect=False)
P5_A = "/apis/karpenter.sh/v1/nodeclaims/p5-a"
VPC = Deployed("urn:vpc", "aws:ec2/vpc:Vpc", "vpc-1", protect=False)


class Account:
    """What is there, and what was done to it."""

    def __init__(self) -> None:
        self.made: tuple[Deployed, ...] = (VPC, POOL)
        self.eks: Any = Eks(efa_dev=OURS)
        self.inside: FakeApi | None = api("nodepools/p5", "nodeclaims/p5-a")
        """What the API server answers; None: nobody listens."""
        self.asked_by: list[Path] = []
        self.done: list[str] = []
        self.clean = True
        self.volumes: Sequence[str] = ()
        """Ids that were asked for after the end."""

    def tell_what_is_left(self, stack: Stack, clients: object, volumes: Sequence[str]) -> bool:
        self.volumes = volumes
        return self.clean

    def run_pulumi(self, stack: Stack, *arguments: str) -> None:
        ends = self.inside.objects[P5_A]["metadata"].get("annotations") if self.inside else None
        self.done.append(f"{' '.join(arguments)} {stack.name}{' in a minute' if ends else ''}")

    def connect(self, kubeconfig: Path, nccl_namespace: str) -> Cluster:
        self.asked_by.append(kubeconfig)
        return self.inside.cluster() if self.inside else connect(kubeconfig, nccl_namespace)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Account]:
    there = Account()
    (tmp_path / "aws").write_text("#!/bin/sh\necho Token has expired >&2\nexit 255\n")
    (tmp_path / "aws").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for module in (aws_down, draining):
        monkeypatch.setattr(module, "deployed", lambda stack: there.made)
    monkeypatch.setattr(aws_down, "client_maker", lambda stack, sandbox: lambda service: there.eks)
    monkeypatch.setattr(aws_down, "connect", there.connect)
    monkeypatch.setattr(aws_down, "run_pulumi", there.run_pulumi)
    monkeypatch.setattr(aws_down, "remove_log_group", lambda stack, clients: there.done.append("log group"))
    monkeypatch.setattr(aws_down, "tell_what_is_left", there.tell_what_is_left)
    yield there


def refused(account: Account, capsys: pytest.CaptureFixture[str], stack: str = "dev") -> str:
    assert main.run(["down", "-s", stack]) == 1
    assert account.done == []
    (line,) = capsys.readouterr().err.splitlines()
    return line.removeprefix("error: ")


def test_what_can_go_whole_goes_and_what_outlives_it_is_looked_for(account: Account) -> None:
    assert account.inside is not None
    for name, driver in (("claimed", "ebs.csi.aws.com"), ("shared", "efs.csi.aws.com")):
        spec = {"csi": {"driver": driver, "volumeHandle": f"vol-{name}"}}
        account.inside.put(f"/api/v1/persistentvolumes/{name}", {"metadata": {"name": name}, "spec": spec})
    account.inside.put("/api/v1/persistentvolumes/local", {"metadata": {"name": "local"}, "spec": {}})
    assert main.run(["down", "-s", "dev"]) == 0
    assert account.done == ["destroy dev", "log group"]
    assert account.volumes == ("vol-claimed",)


def test_pods_that_may_not_be_moved_keep_the_stack_until_they_are_ended(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.inside is not None
    kept = {"name": "train-0", "namespace": "team", "annotations": {"karpenter.sh/do-not-disrupt": "true"}}
    spec = {"nodeName": "p5-a", "containers": []}
    account.inside.put(
        "/api/v1/pods/train-0", {"metadata": kept, "spec": spec, "status": {"phase": "Running"}}
    )
    assert "annotation karpenter.sh/do-not-disrupt keeps team/train-0; end them" in refused(account, capsys)
    at_terminal(monkeypatch, "y")
    assert main.run(["down", "-s", "dev", "--force-drain"]) == 0
    assert account.done == [
        "destroy --preview-only dev",
        "destroy --skip-preview dev in a minute",
        "log group",
    ]


def at_terminal(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    typed = StringIO(f"{said}\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)


def test_the_minute_of_a_forced_drain_does_not_begin_without_a_yes(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_terminal(monkeypatch, "n")
    assert main.run(["down", "-s", "dev", "--force-drain"]) == 1
    assert account.done == ["destroy --preview-only dev"]
    assert account.inside is not None
    assert "annotations" not in account.inside.objects[P5_A]["metadata"]
    monkeypatch.setattr("sys.stdin", StringIO())
    assert main.run(["down", "-s", "dev", "--force-drain"]) == 1
    assert capsys.readouterr().err.endswith(
        "error: stack dev: is not taken away without a yes, and there is no terminal to give it; "
        "set PULUMI_SKIP_CONFIRMATIONS=true\n"
    )
    monkeypatch.setenv("PULUMI_SKIP_CONFIRMATIONS", "true")
    account.done.clear()
    assert main.run(["down", "-s", "dev", "--force-drain"]) == 0
    assert account.done == ["destroy --skip-preview dev in a minute", "log group"]


def test_instances_that_are_left_are_no_success(account: Account) -> None:
    account.clean = False
    assert main.run(["down", "-s", "dev"]) == 1
    assert account.done == ["destroy dev", "log group"]


def test_a_stack_of_which_nothing_is_there_asks_nobody(account: Account) -> None:
    account.made, account.eks = (), None
    assert main.run(["down", "-s", "dev"]) == 0
    assert account.done == ["destroy dev"]


def test_prod_is_not_taken_down_by_one_command(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(account, capsys, "prod") == (
        "stack prod: is protected, with all that runs in it, by cluster.deletionProtection: true; "
        "to take it away set that false and run: eks-efa up --stack prod, then down again"
    )


def test_a_cluster_that_eks_protects_still_is_not_emptied(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.eks.protected = True
    assert refused(account, capsys) == (
        "cluster efa-dev: EKS protects it still: cluster.deletionProtection is false in the settings alone; "
        "run: eks-efa up --stack dev, then down again"
    )


def test_a_cluster_that_cannot_be_asked_is_not_torn_down(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.inside = None
    assert refused(account, capsys) == (
        "cluster efa-dev: cannot be asked what runs in it, and nothing was changed; "
        "kubeconfig: no credentials: Exec aws returned 255: Token has expired; "
        "log in again, such as with aws sso login; check who you are with: aws sts get-caller-identity"
    )
    assert not account.asked_by[0].exists()


def test_a_cluster_that_has_nothing_of_ours_in_it_need_not_answer(account: Account) -> None:
    account.made, account.inside = (VPC,), None
    assert main.run(["down", "-s", "dev"]) == 0
    assert account.done == ["destroy dev", "log group"]
    assert account.asked_by == []


def test_nodes_of_others_keep_the_stack(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.inside = api("nodepools/p5", "nodepools/mine")
    assert refused(account, capsys).endswith("; run first: kubectl delete nodepool mine")


def test_a_cluster_that_eks_does_not_know_is_forgotten_only_when_told_to(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account.eks = Eks()
    assert refused(account, capsys) == (
        "stack dev: 1 objects of cluster efa-dev are in its state, and "
        "EKS has none of that name in the stack's region and account; "
        "check who you are with: aws sts get-caller-identity; "
        "if it is gone for good: PULUMI_K8S_DELETE_UNREACHABLE=true make down STACK=dev"
    )
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    assert main.run(["down", "-s", "dev"]) == 0
    assert account.done == ["destroy dev", "log group"]


def test_a_cluster_that_is_not_ready_is_waited_for(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.eks = Eks(efa_dev="")
    assert (
        refused(account, capsys) == "cluster efa-dev: is ACTIVE without a certificate; try again in a minute"
    )


def test_now_is_for_the_sandbox(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["down", "-s", "dev", "--now"]) == 1
    assert account.done == []
    assert "--now: stack dev is on AWS; leave it out: down goes in order" in capsys.readouterr().err
