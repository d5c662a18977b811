from pathlib import Path

import pytest
import typer

from cli.console import output
from cli.migration.planner import Plan, State, Step
from cli.migration.scene import Group, Seen
from cli.migration.text import plan_table
from cli.target import Target
from cli.verbs import migrate as verb
from settings.tree import Settings
from tests.cli.migration.moving_cluster import MovingCluster
from tests.cli.migration.scenes import before
from tests.cli.nccl.fake_api import FakeApi


class Starting(MovingCluster):
    """A cluster whose group wants a node that Auto Scaling has not brought yet."""

    def look(self) -> Seen:
        return before(cluster_autoscaler=None, pods=(), groups=(Group("by-hand", floor=0, desired=1),))


def migrate(cluster: MovingCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.model_validate_json('{"cluster": {"name": "train"}}')
    target = Target(FakeApi().cluster(), "us-west-2", sandbox=None)

    def opened(stack: str, kubeconfig: Path | None) -> tuple[Settings, Target, MovingCluster]:
        return settings, target, cluster

    monkeypatch.setattr(verb, "_open", opened)
    verb.migrate("dev", None)


def test_a_migration_is_over_once_nothing_is_left_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(MovingCluster({}, healthy=0, autoscaler=None), monkeypatch)
    assert "moved; the settings say the same already" in capsys.readouterr().err


def test_a_node_that_is_still_to_come_leaves_it_unfinished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        migrate(Starting({}, healthy=0), monkeypatch)
    assert ended.value.exit_code == 1
    assert "not all has moved yet: run it again" in capsys.readouterr().err


def test_what_karpenter_says_is_shown_to_the_letter() -> None:
    said = "p4d: offerings [us-west-2a] and [/] are gone"
    table = plan_table(Plan((Step("group [a]", "one goes", State.REFUSED, (said,)),)))
    with output.capture() as shown:
        output.print(table)
    assert said in shown.get()
    assert "group [a]" in shown.get()
