"""What keeps a stack from being taken down, in the sandbox and on AWS alike."""

import pytest

from cli.deployed import NODE_POOL, Deployed
from cli.errors import CommandError
from cli.stacks import Stack
from cli.teardown import refuse_protected, refuse_stranding
from knowledge.yaml_values import Plain
from settings.stack_file import StackFile
from tests.cli.nccl.fake_api import FakeApi

OWN = Deployed("urn:p5", NODE_POOL, "p5", protect=False)


def stack(*, protected: bool = False) -> Stack:
    cluster: dict[str, Plain] = {"name": "efa-dev", "deletionProtection": protected}
    return Stack("dev", StackFile(region="us-west-2", profile=None, raw={"cluster": cluster}, config={}))


def api(*objects: str) -> FakeApi:
    """Objects as `nodepools/p5`, NodeClaims as `nodeclaims/p5-abc`, of the pool that they begin with."""
    there = FakeApi()
    for path in objects:
        kind, _, name = path.partition("/")
        pool = {"karpenter.sh/nodepool": name.partition("-")[0]} if kind == "nodeclaims" else {}
        there.put(f"/apis/karpenter.sh/v1/{path}", {"metadata": {"name": name, "labels": pool}})
    return there


def namespace(there: FakeApi, name: str, **labels: str) -> None:
    labels = {f"eks-efa/{key}": value for key, value in labels.items()}
    there.put(f"/api/v1/namespaces/{name}", {"metadata": {"name": name, "labels": labels}})


def refusal(there: FakeApi, *made: Deployed) -> str:
    with pytest.raises(CommandError) as refused:
        refuse_stranding(stack(), made, there.cluster())
    return str(refused.value)


def test_a_protected_stack_stays_and_says_how_it_goes() -> None:
    with pytest.raises(CommandError) as refused:
        refuse_protected(stack(protected=True), [])
    assert str(refused.value) == (
        "stack dev: is protected, with all that runs in it, by cluster.deletionProtection: true; "
        "to take it away set that false and run: eks-efa up --stack dev, then down again"
    )


def test_settings_alone_do_not_take_the_protection_away() -> None:
    with pytest.raises(CommandError) as refused:
        refuse_protected(stack(), [OWN, Deployed("urn:protection", "", "", protect=True)])
    assert str(refused.value) == (
        "stack dev: is protected still: cluster.deletionProtection is false in its settings alone; "
        "run: eks-efa up --stack dev, then down again"
    )
    refuse_protected(stack(), [OWN])


def test_what_is_the_stacks_own_does_not_keep_it() -> None:
    refuse_stranding(stack(), [OWN], api("nodepools/p5", "nodeclaims/p5-a", "nodeclaims/p5-b").cluster())
    refuse_stranding(stack(), [], api().cluster())
    without_karpenter = FakeApi(undefined={"karpenter.sh"})
    refuse_stranding(stack(), [], without_karpenter.cluster())


def test_pools_that_somebody_made_by_hand_are_named_with_how_they_go() -> None:
    there = api("nodepools/p5", "nodepools/mine", "nodepools/yours", "nodeclaims/mine-a")
    there.put("/apis/karpenter.sh/v1/nodeclaims/by-hand", {"metadata": {"name": "by-hand"}})
    assert refusal(there, OWN) == (
        "stack dev: Karpenter would go before NodePools mine, yours with 2 nodes, which are not the stack's: "
        "their instances would run on; run first: kubectl delete nodepool mine yours"
    )


def test_pools_that_the_state_has_forgotten_are_not_torn_down_over() -> None:
    assert refusal(api("nodepools/p5")) == (
        "stack dev: Karpenter would go before NodePools p5, which are not the stack's: "
        "their instances would run on; run first: kubectl delete nodepool p5"
    )


def test_claims_without_a_pool_are_not_torn_down_over() -> None:
    assert refusal(api("nodeclaims/p5-a", "nodeclaims/p5-b")) == (
        "stack dev: Karpenter would go before NodeClaims p5-a, p5-b of no NodePool, "
        "which are not the stack's: their instances would run on; "
        "run first: kubectl delete nodeclaim p5-a p5-b"
    )


def test_tenants_go_first_wherever_they_were_deployed_from() -> None:
    there = api("nodepools/p5", "nodepools/team-a-g5")
    namespace(there, "a", team="a", stack="team-a")
    namespace(there, "b", team="b", stack="team-b")
    namespace(there, "own", team="own", stack="dev")
    namespace(there, "default")
    assert refusal(there, OWN) == (
        "stack dev: team-a, team-b still on its cluster; "
        "run first: eks-efa down --stack team-a and eks-efa down --stack team-b"
    )
