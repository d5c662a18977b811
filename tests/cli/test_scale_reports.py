import pytest

from cli import scale_in, scale_out
from cli.errors import CommandError
from cli.nodes import node_rows
from cli.pending.reason import Reason
from cli.pods import PodCount, count_pods
from cli.scaling import Claims, ScaleIn, ScaleOut
from cli.waiting import Ending, Waited
from tests.cli.cluster_objects import node, pod

NEVER = Reason("no allowed instance type has 64 nvidia.com/gpu", final=True)


def seen(pods: PodCount) -> ScaleOut:
    return ScaleOut(2, pods, Claims(1, 1, 1), tuple(node_rows([node("k1", provisioner="p4d")])))


def test_a_scale_out_that_worked_says_how_long_it_took_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    pods = count_pods([pod("a", on="k1"), pod("b", on="k1")], lambda _: None)
    scale_out.report(Waited(Ending.DONE, seen(pods), 4.7))
    said = capsys.readouterr().err
    assert "2 of 2 pods run after 4.7 s: 2 on provisioner p4d (p4d.24xlarge)" in said


@pytest.mark.parametrize(
    ("ending", "gave_up"),
    [(Ending.HOPELESS, "no node will ever do"), (Ending.OUT_OF_PATIENCE, "gave up after 180 s")],
)
def test_a_scale_out_that_failed_names_the_reason_and_the_way_back(ending: Ending, gave_up: str) -> None:
    pods = count_pods([pod("a", on="k1"), pod("b", phase="Pending")], lambda _: NEVER)
    with pytest.raises(CommandError) as error:
        scale_out.report(Waited(ending, seen(pods), 180.2))
    assert str(error.value) == (
        f"1 of 2 pods run: {gave_up}; 1 waiting: {NEVER.text}; "
        "the pods are still asked for; take them back with: make scale-in"
    )


def test_a_scale_in_names_the_nodes_that_others_keep(capsys: pytest.CaptureFixture[str]) -> None:
    scale_in.report(Waited(Ending.DONE, ScaleIn(0, ("k1",), {"k1": "team/train-0"}, ()), 40.0))
    assert "k1 stays: team/train-0 runs on it" in capsys.readouterr().err


def test_a_scale_in_that_failed_names_what_is_left() -> None:
    left = ScaleIn(1, ("k1", "k2"), {"k2": "team/train-0"}, ("4 interfaces",))
    with pytest.raises(CommandError, match="still there after 180 s: 1 pods, node k1, 4 interfaces; see"):
        scale_in.report(Waited(Ending.OUT_OF_PATIENCE, left, 180.0))
