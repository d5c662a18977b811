"""This project's own stacks hold to every rule, from their first preview on."""

import json
from typing import Any

import pulumi
import pytest

from policies.catalogue import RULES
from policies.environment import Environment
from policies.evaluation import evaluate
from policies.exemptions import EXEMPTIONS, Exemption
from policies.reading import UNKNOWN
from policies.views import Resource, Stack
from tests.components.pool_settings import node_group, only
from tests.components.program_recording import PUBLIC, STACKS, prod_cluster, run_program, stack_config
from tests.components.recorded_run import Run
from tests.components.team_runs import team

SEEN = [each for each in EXEMPTIONS if "$eks:index:Cluster$" not in each.resource]
"""All but those for what pulumi-eks makes, inside a process that the mocks stand in for."""


def stack_of(run: Run) -> Stack:
    return Stack(
        tuple(
            Resource(
                type=each.type,
                name=each.name,
                properties=_plain(each.inputs),
                urn=each.urn,
                parent=each.parent,
                provider=each.provider.rpartition("::")[0],
                dependencies=each.dependencies,
                property_dependencies=each.property_dependencies,
            )
            for each in run.resources.values()
        )
    )


def _plain(value: Any) -> Any:
    if isinstance(value, pulumi.output.Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def environment_of(stack: str, cluster: dict[str, Any] | None = None) -> Environment:
    config = stack_config(stack, {"cluster": cluster} if cluster else None)
    return Environment.of({key.partition(":")[2]: value for key, value in config.items()})


@pytest.mark.parametrize("preview", [True, False], ids=["previewed", "built"])
@pytest.mark.parametrize("stack", STACKS)
def test_our_own_stacks_violate_nothing(stack: str, preview: bool) -> None:
    violations = evaluate(stack_of(run_program(stack, preview=preview)), environment_of(stack))
    assert list(map(str, violations)) == []


@pytest.mark.parametrize(
    "access",
    [
        PUBLIC,
        {"privateAccess": {"cidrs": ["10.20.0.0/16"], "vpcConnected": True}},
        {"privateAccess": {"securityGroupIds": ["sg-0123456789abcdef0"], "vpcConnected": True}},
    ],
    ids=["public", "private by a range", "private by a group"],
)
def test_every_way_to_reach_the_api_is_let_pass_in_production(access: dict[str, Any]) -> None:
    cluster = prod_cluster(**access)
    found = evaluate(
        stack_of(run_program("prod", changes={"cluster": cluster})), environment_of("prod", cluster)
    )
    assert list(map(str, found)) == []


@pytest.mark.parametrize("mode", ["cluster-autoscaler", "both"])
def test_a_stack_with_cluster_autoscaler_violates_nothing(mode: str) -> None:
    run = run_program("prod", changes={"autoscaler": mode})
    assert list(map(str, evaluate(stack_of(run), environment_of("prod")))) == []


@pytest.mark.parametrize(("protection", "violated"), [(False, []), (None, ["tags-and-protection"])])
def test_the_documented_way_to_take_prod_down_is_open_where_the_settings_say_so(
    protection: bool | None, violated: list[str]
) -> None:
    """Settings are checked when the program is run; they refuse to be silent before the rules do."""
    cluster = json.loads(stack_config("prod")["eks-efa-karpenter:cluster"]) | {"deletionProtection": False}
    run = run_program("prod", changes={"cluster": cluster})
    assert [each.name for each in run.resources.values() if each.protect] == []
    said = {"addons": cluster["addons"]}
    said |= {} if protection is None else {"deletionProtection": protection}
    environment = Environment.of({"environment": "prod", "cluster": json.dumps(said)})
    assert [violation.rule.id for violation in evaluate(stack_of(run), environment)] == violated


@pytest.mark.parametrize("stack", STACKS)
def test_an_environment_is_read_from_the_stacks_own_settings(stack: str) -> None:
    assert environment_of(stack).kind == stack


@pytest.fixture(scope="module")
def prod_with_everything() -> Stack:
    """prod with a variant of the NCCL test that has exemptions of its own."""
    nccl = {"pool": "train", "efaMount": True}
    changes = {**only(node_groups=[node_group(ami={"release": "v20260714"})]), "nccl": nccl}
    return stack_of(run_program("prod", changes=changes))


@pytest.mark.parametrize("exemption", SEEN, ids=lambda each: f"{each.rule}-{each.where}".replace("*", "any"))
def test_no_exemption_is_there_without_need(exemption: Exemption, prod_with_everything: Stack) -> None:
    """Without it something would be said, so none outlives its reason."""
    others = [each for each in EXEMPTIONS if each != exemption]
    found = evaluate(prod_with_everything, Environment("prod"), exemptions=others)
    assert {violation.rule.id for violation in found} == {exemption.rule}


MADE_BY_PULUMI_EKS = {
    "eks-access-entries-only": (
        "aws:eks/cluster:Cluster",
        {"accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True}},
    ),
}


@pytest.mark.parametrize("preview", [True, False], ids=["previewed", "built"])
def test_a_stack_on_a_platform_violates_nothing(preview: bool) -> None:
    run = team(nccl={"pool": "vision-p4d"}, preview=preview)
    assert list(map(str, evaluate(stack_of(run), environment_of("dev")))) == []


@pytest.mark.parametrize("rule", MADE_BY_PULUMI_EKS)
def test_what_pulumi_eks_does_not_do_otherwise_is_exempted_for_it_alone(rule: str) -> None:
    """In cluster/cluster.ts of pulumi-eks, release 4."""
    type_, properties = MADE_BY_PULUMI_EKS[rule]
    of_pulumi_eks, of_ours = (
        Resource(type_, "made", properties, urn=f"urn:pulumi:dev::project::{parents}{type_}::made")
        for parents in ("eks-efa:cluster:Cluster$eks:index:Cluster$", "eks-efa:cluster:Cluster$")
    )
    rules = [each for each in RULES if each.id == rule]
    found = evaluate(Stack((of_pulumi_eks, of_ours)), Environment("dev"), rules=rules)
    assert [violation.finding.resource for violation in found] == [of_ours]
