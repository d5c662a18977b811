"""The committed stacks, planned offline: whole, known, priced, and without a secret."""

from functools import cache

import pytest

from knowledge.iam.deployer import PREFIX
from knowledge.iam.deployer_actions import AROUND, CLUSTER, IDENTITY, NETWORK
from plan.bill import bill_of
from plan.document import Plan
from plan.prices import ListedPrices
from plan.run import plan_stack
from sandbox.engine.handlers import registry
from sandbox.engine.values import MASK, UNKNOWN
from sandbox.paths import REPOSITORY
from tests.components.stand_in_manifest import manifest_in_the_cache
from tests.today import TODAY

STACKS = ("dev", "prod", "sandbox")


def plan_now(stack: str) -> Plan:
    with manifest_in_the_cache():
        return plan_stack(REPOSITORY, stack, registry())


planned = cache(plan_now)


@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_stack_can_be_planned_without_an_account(stack: str) -> None:
    plan = planned(stack)
    assert len(plan.resources) > 90
    assert plan.assumptions == ()


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_in_it_is_unknown(stack: str) -> None:
    # An output that a component uses and `plan/stand_ins.py` does not name would hide what is made of it.
    assert UNKNOWN not in planned(stack).to_json()


@pytest.mark.parametrize("stack", STACKS)
def test_the_kubeconfig_stays_secret(stack: str) -> None:
    plan = planned(stack)
    assert plan.outputs["kubeconfig"] == MASK
    assert [each.inputs["kubeconfig"] for each in plan.resources if "kubeconfig" in each.inputs] == [MASK]


@pytest.mark.parametrize("stack", STACKS)
def test_the_same_program_gives_the_same_plan(stack: str) -> None:
    assert plan_now(stack).to_json() == planned(stack).to_json()


@pytest.mark.parametrize("stack", STACKS)
def test_every_price_that_it_needs_is_known(stack: str) -> None:
    bill = bill_of(planned(stack), ListedPrices(), TODAY)
    assert bill.unknown == ()
    assert all(node.hourly for node in bill.nodes)
    assert 0.5 < bill.hourly < 2


@pytest.mark.parametrize("stack", STACKS)
def test_no_mandatory_policy_is_violated(stack: str) -> None:
    assert [each for each in planned(stack).violations if each.level == "mandatory"] == []


@pytest.mark.parametrize("stack", ["team-a", "team-b"])
def test_a_stack_on_a_platform_can_be_planned_without_it(stack: str) -> None:
    plan = planned(stack)
    assert plan.assumptions == (
        "StackReference organization/eks-efa-karpenter/sandbox exists, with whatever outputs are needed",
    )
    assert [each for each in plan.violations if each.level == "mandatory"] == []


def test_a_stack_on_somebody_elses_cluster_can_be_planned_without_it() -> None:
    plan = planned("existing")
    assert "cluster legacy exists, is active, takes access entries and has IPv4" in plan.assumptions
    assert UNKNOWN not in plan.to_json()
    assert [each for each in plan.violations if each.level == "mandatory"] == []
    kinds = {each.type for each in plan.resources}
    assert kinds & {
        "eks:index:Cluster",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/subnet:Subnet",
        "aws:eks/addon:Addon",
    } == (set())
    tagged = {each.inputs["resourceId"] for each in plan.resources if each.type == "aws:ec2/tag:Tag"}
    assert len(tagged) == 3


@pytest.mark.parametrize("stack", (*STACKS, "existing", "team-a", "team-b"))
def test_whoever_deploys_it_is_allowed_all_that_it_registers(stack: str) -> None:
    known = {*AROUND, *CLUSTER, *IDENTITY, *NETWORK}
    types = {each.type for each in planned(stack).resources if each.type.startswith(("aws:", "eks:"))}
    assert types - known == set()


@pytest.mark.parametrize("stack", (*STACKS, "existing", "team-a", "team-b"))
def test_what_aws_names_after_the_program_begins_as_the_deployers_policies_say(stack: str) -> None:
    named = ("aws:iam/role:", "aws:iam/policy:", "aws:sqs/queue:", "aws:cloudwatch/eventRule:")
    ours = [each.name for each in planned(stack).resources if each.type.startswith(named)]
    assert [name for name in ours if not name.startswith(PREFIX)] == []
