"""What `scale-out` asks for where nobody says how much: a fleet in the sandbox, two small nodes on AWS."""

from dataclasses import replace

import pytest

from cli import plans
from cli.main import run
from cli.scale_deployment import PodShape
from cli.stacks import find_stack
from cli.target import Target
from cli.verbs import scale_out as verb
from knowledge.yaml_values import Plain
from plan.document import Plan, Planned
from tests.cli.nccl.fake_api import FakeApi
from tests.plan.small_program import plan_of, resource

Asked = list[tuple[int, PodShape]]


def node_pool(name: str, instance_type: str, *, devices: str = "nvidia efa", taint: str = "") -> Planned:
    labels = {f"eks-efa/{device}": "true" for device in devices.split()}
    taints = [{"key": taint, "effect": "NoSchedule"}] if taint else []
    wanted = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [instance_type]}
    template = {"metadata": {"labels": labels}, "spec": {"requirements": [wanted], "taints": taints}}
    spec = {"template": template}
    return resource("kubernetes:karpenter.sh/v1:NodePool", name, {"metadata": {"name": name}, "spec": spec})


ON_AWS: dict[str, Plain] = {"platform": "organization/eks-efa-karpenter/dev"}
DEV = (node_pool("p5", "p5.48xlarge"), node_pool("g5", "g5.8xlarge"), node_pool("p4d", "p4d.24xlarge"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the cluster is asked for."""
    orders: Asked = []
    target = Target(FakeApi().cluster(), "us-west-2", sandbox=None)
    monkeypatch.setattr(verb, "open_target", lambda stack, kubeconfig: target)
    monkeypatch.setattr(verb, "scale_to", lambda where, pods, shape, timeout: orders.append((pods, shape)))
    planned(monkeypatch, *DEV)
    return orders


def planned(monkeypatch: pytest.MonkeyPatch, *resources: Planned) -> None:
    def of(stacks: list[str], *, downloads: bool) -> dict[str, Plan | str]:
        return dict.fromkeys(stacks, plan_of(*resources))

    monkeypatch.setattr(plans, "plans_of", of)


def test_on_aws_it_begins_with_two_nodes_of_the_cheapest_kind_and_says_what_they_cost(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scale-out", "-s", "dev"]) == 0
    assert asked == [(2, PodShape(gpus=1, efa_interfaces=1, pool="g5"))]
    assert capsys.readouterr().err == (
        "asking for 2 pods of 1 GPU on g5 (g5.8xlarge): up to $4.90 an hour (list price) "
        "until: make scale-in STACK=dev\n"
    )


def test_on_aws_the_number_of_pods_alone_changes_nothing_else(asked: Asked) -> None:
    assert run(["scale-out", "-s", "dev", "--pods", "4"]) == 0
    assert asked == [(4, PodShape(gpus=1, efa_interfaces=1, pool="g5"))]


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        (["--gpus", "4"], PodShape(gpus=4)),
        (["--efa", "0"], PodShape(efa_interfaces=0)),
        (["--pool", "p5"], PodShape(pool="p5")),
    ],
)
def test_on_aws_whoever_says_what_a_pod_wants_gets_that(
    asked: Asked, arguments: list[str], shape: PodShape
) -> None:
    assert run(["scale-out", "-s", "dev", *arguments]) == 0
    assert asked == [(3, shape)]


def test_its_help_says_what_it_begins_with_on_aws_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scale-out", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "gets 2 pods of 1 GPU on its cheapest provisioner" in said
    for option in (
        "Pods to run. Default: 3; on AWS 2, see above.",
        "GPUs a pod. Default: 8; on AWS 1, see above.",
        "EFA interfaces a pod. Default: 4; on AWS 1 or 0, see above.",
    ):
        assert option in said


def test_in_the_sandbox_it_is_three_pods_of_eight_gpus(asked: Asked) -> None:
    assert run(["scale-out", "-s", "sandbox"]) == 0
    assert asked == [(3, PodShape(gpus=8, efa_interfaces=4))]


def test_a_stack_without_a_price_says_how_to_choose(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(monkeypatch, node_pool("g5", "q9.large"))
    assert run(["scale-out", "-s", "dev"]) == 1
    said = (
        "error: stack dev: has no provisioner of GPU nodes that are open to all and have a known price; "
        "name one with --pool, --gpus and --efa\n"
    )
    assert (asked, capsys.readouterr().err) == ([], said)


def test_a_cheaper_pool_that_would_not_take_the_pods_is_passed_over(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_gpus = node_pool("cpu", "m6i.2xlarge", devices="")
    closed = node_pool("closed", "g4dn.8xlarge", taint="example.com/mine")
    planned(monkeypatch, without_gpus, closed, *DEV)
    assert run(["scale-out", "-s", "dev"]) == 0
    assert asked == [(2, PodShape(gpus=1, efa_interfaces=1, pool="g5"))]


def test_a_pool_without_efa_is_asked_for_none(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(monkeypatch, node_pool("g5", "g5.8xlarge", devices="nvidia", taint="nvidia.com/gpu"))
    assert run(["scale-out", "-s", "dev"]) == 0
    assert asked == [(2, PodShape(gpus=1, efa_interfaces=0, pool="g5"))]


def test_a_team_is_told_what_its_nodes_are_for(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    team = replace(find_stack("team-a"), file=replace(find_stack("team-a").file, raw=ON_AWS))
    monkeypatch.setattr(verb, "find_stack", lambda name: team)
    assert run(["scale-out", "-s", "team-a"]) == 1
    assert capsys.readouterr().err == (
        "error: stack team-a: is a team's, whose nodes take pods of its own namespace only; "
        "test them: make nccl STACK=team-a\n"
    )
