"""`nccl run --pairs` as a user meets it, with what it cannot do answered in one line."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import run
from cli.nccl.pairs import show as shown
from cli.nccl.pairs.find import PairsWanted
from cli.nccl.pairs.show import Form
from cli.target import Target
from cli.verbs import nccl as verb
from nccl.pairs.report import PairReport
from nccl.report import Report, report_on
from nccl.verdict import Expectation, Outcome
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.pairs.pool_nodes import NODES, node_document
from tests.nccl.pairs.fleets import Fleet, nodes
from tests.nccl.seed_logs import SEED_EFA

Found = Callable[[Fleet], FakeApi]


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    """What a test in pairs finds, in a cluster that has the fleet's nodes."""
    monkeypatch.chdir(tmp_path)

    def given(fleet: Fleet) -> FakeApi:
        api = FakeApi()
        for name in fleet.nodes:
            api.put(f"{NODES}/{name}", node_document(name))
        target = Target(api.cluster(), "us-west-2", sandbox=None)
        monkeypatch.setattr(verb, "open_target", lambda stack, kubeconfig: target)

        def find(target: Target, wanted: PairsWanted) -> tuple[PairReport, Path]:
            return PairReport(fleet.tested(), "g4dn", "g4dn.8xlarge", "all_reduce"), tmp_path

        monkeypatch.setattr(shown, "find", find)
        return api

    return given


def test_a_fleet_without_fault_passes(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    found(Fleet(nodes(4)))
    assert run(["nccl", "run", "--pairs", "--no-picture"]) == 0
    assert "PASS" in capsys.readouterr().out


def test_a_slow_node_is_named_and_left_alone(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    api = found(Fleet(nodes(4), slow_nodes={"node-02"}))
    assert run(["nccl", "run", "--pairs", "--no-picture"]) == 1
    said = capsys.readouterr()
    assert "node node-02: " in said.out
    assert "nothing was done to the nodes; --quarantine keeps pods off them" in said.err
    assert api.objects[f"{NODES}/node-02"]["spec"] == {}


def test_quarantine_closes_it_and_no_other_and_says_how_to_open_it(
    found: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    api = found(Fleet(nodes(4), slow_nodes={"node-02"}))
    assert run(["nccl", "run", "--pairs", "--quarantine", "--no-picture"]) == 1
    closed = [path for path, node in api.objects.items() if node["spec"].get("unschedulable")]
    assert closed == [f"{NODES}/node-02"]
    assert "kubectl uncordon node-02" in capsys.readouterr().err


def test_junit_and_the_documents_are_written(found: Found, tmp_path: Path) -> None:
    found(Fleet(nodes(4), slow_nodes={"node-02"}))
    junit = tmp_path / "new" / "junit.xml"
    assert run(["nccl", "run", "--pairs", "--junit", str(junit)]) == 1
    root = ElementTree.fromstring(junit.read_text())
    failed = [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed == ["node-02", "pool g4dn"]
    assert {file.name for file in tmp_path.glob("pairs.*")} == {"pairs.json", "pairs.png", "pairs.svg"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nodes", "4"], "nccl run: --nodes, --everybody and --quarantine are about pairs; add --pairs"),
        (["--quarantine"], "nccl run: --nodes, --everybody and --quarantine are about pairs; add --pairs"),
        (
            ["--pairs", "--nodes", "1"],
            "--nodes: 1 cannot be tested in pairs; give 2 or more; from 3 on they tell which is slow",
        ),
    ],
)
def test_what_makes_no_sense_is_one_line_and_no_verdict(
    found: Found, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found(Fleet(nodes(4)))
    assert run(["nccl", "run", *arguments]) == 2
    assert capsys.readouterr().err == f"error: {said}\n"


@pytest.mark.parametrize(
    ("asked", "outcome", "goes_on"), [(True, "efa", False), (True, "socket", True), (False, "socket", False)]
)
def test_after_a_fail_it_goes_on_with_pairs_where_the_stack_says_so(
    found: Found,
    asked: bool,
    outcome: str,
    goes_on: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found(Fleet(nodes(4), slow_nodes={"node-02"}))
    judged = report_on([SEED_EFA], Expectation(provider=outcome))

    def proved(target: Target, wanted: object, *, as_json: bool) -> Report:
        return judged

    monkeypatch.setattr(verb, "_proved", proved)
    monkeypatch.setattr(verb, "searches_after_a_fail", lambda stack: asked)
    code = run(["nccl", "run", "--no-picture"])
    assert (code == 1) is (judged.outcome is Outcome.FAIL or goes_on)
    assert ("node node-02: " in capsys.readouterr().out) is goes_on


def test_with_json_one_document_is_printed(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    found(Fleet(nodes(4)))
    assert run(["nccl", "run", "--pairs", "--json", "--no-picture"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "eks-efa-karpenter/nccl-pairs/1"
    assert Form.of(as_json=True, alone=False) is Form.NOTHING
