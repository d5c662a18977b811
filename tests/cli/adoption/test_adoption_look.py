"""Looking before a stack goes onto a cluster: what is its own, and how it is told of the rest."""

import pytest

from cli import plans
from cli.adoption import look
from cli.adoption.clashes import Clash
from cli.errors import CommandError
from cli.stacks import Stack
from knowledge.yaml_values import Plain
from settings.stack_file import StackFile
from tests.cli.adoption.strangers import NAMESPACE, plan

ADOPTS: dict[str, Plain] = {"name": "legacy", "existing": {"systemNodeGroup": "default"}}
EXISTING = Stack("existing", StackFile("us-west-2", None, {"sandbox": True, "cluster": ADOPTS}, {}))


def test_a_stack_that_cannot_be_planned_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "plans_of", lambda stacks, downloads: {"existing": "1 fault"})
    with pytest.raises(CommandError, match="stack existing: cannot be planned: 1 fault; mend that first"):
        look.new_wishes(EXISTING)


@pytest.mark.parametrize(("count", "more"), [(1, ""), (3, r" \(and 2 more\)")])
def test_what_is_in_the_way_stops_the_stack_in_one_line(
    count: int, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clash = Clash(NAMESPACE.part, "there already: Namespace nccl-test", "take that away first")
    monkeypatch.setattr(look, "in_the_way", lambda wishes, cluster: (clash,) * count)
    monkeypatch.setattr(look, "plan_of", lambda stack, downloads: plan())
    monkeypatch.setattr(look, "adopted_cluster", lambda stack, kubeconfig: None)
    with pytest.raises(CommandError, match=f"nccl-test{more}; take that away first; see all with: eks-efa"):
        look.refuse_clashes(EXISTING)


def test_nothing_in_the_way_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "in_the_way", lambda wishes, cluster: ())
    monkeypatch.setattr(look, "plan_of", lambda stack, downloads: plan())
    monkeypatch.setattr(look, "adopted_cluster", lambda stack, kubeconfig: None)
    look.refuse_clashes(EXISTING)


def test_a_stack_with_a_cluster_of_its_own_looks_at_none() -> None:
    own = Stack("dev", StackFile("us-west-2", None, {"cluster": {"name": "efa-dev"}}, {}))
    look.refuse_clashes(own)
    with pytest.raises(CommandError, match=r"stack dev: does not adopt a cluster; say cluster\.existing"):
        look.adopted_cluster(own, None)
