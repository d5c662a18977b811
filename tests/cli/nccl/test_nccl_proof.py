import json
from dataclasses import replace
from pathlib import Path

import pytest
from lightkube.core.exceptions import ApiError

from cli import main
from cli.errors import CommandError
from cli.nccl.judgement import Ran, judge_runs
from cli.nccl.proof import CONFIG_MAP_BYTES, Wanted, prove, verdict_config_map
from cli.target import Target
from cli.verbs import nccl as nccl_verb
from knowledge.nccl_job import Variant
from nccl.errors import ReportError
from nccl.facts import RECORDED_MARK
from nccl.verdict import Outcome
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.fake_operator import JOBS, FakeOperator
from tests.cli.nccl.nccl_objects import template, template_document, waiting
from tests.nccl.seed_logs import SEED_EFA

CONFIG_MAP = "/api/v1/namespaces/nccl-test/configmaps/nccl-verdict"
VARIANTS: tuple[Variant, ...] = ("efa", "socket")


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeOperator:
    """Two templates and an operator that works while the command line sleeps; reports go into `tmp_path`."""
    api = FakeApi()
    for variant in VARIANTS:
        api.put(f"{JOBS}/nccl-{variant}", template_document(variant))
    working = FakeOperator(api)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.sleep", working.step)
    monkeypatch.setattr(
        nccl_verb, "open_target", lambda stack, kubeconfig: Target(api.cluster(), "us-west-2", sandbox=None)
    )
    return working


def target(operator: FakeOperator) -> Target:
    return Target(operator.api.cluster(), "us-west-2", sandbox=None)


def left(operator: FakeOperator) -> list[str]:
    """Everything but the templates and the verdict."""
    kept = {CONFIG_MAP, *(f"{JOBS}/nccl-{variant}" for variant in VARIANTS)}
    operator.step()
    return [path for path in operator.api.objects if path not in kept]


def test_both_variants_run_socket_first_and_end_in_one_verdict(operator: FakeOperator) -> None:
    report, _ = prove(target(operator), Wanted(picture=False))
    assert [name.split("-")[1] for name in operator.steps] == ["socket", "efa"]
    assert (report.outcome, len(report.comparisons)) == (Outcome.PASS, 1)
    assert left(operator) == []


def test_the_verdict_is_kept_in_the_cluster_and_everything_in_the_folder(
    operator: FakeOperator, tmp_path: Path
) -> None:
    prove(target(operator), Wanted())
    (folder,) = (tmp_path / "runs").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [
        "bus-bandwidth.png",
        "bus-bandwidth.svg",
        "efa.log",
        "report.json",
        "report.md",
        "socket.log",
    ]
    data = operator.api.objects[CONFIG_MAP]["data"]
    assert (data["outcome"], data["headline"]) == ("PASS", f"PASS ({RECORDED_MARK})")
    assert data["report.json"] == (folder / "report.json").read_text()
    assert f"{data['run'].upper()}-nccl" == folder.name


def test_the_folder_has_the_report_also_where_the_cluster_does_not_take_the_verdict(
    operator: FakeOperator, tmp_path: Path
) -> None:
    operator.api.undefined.add("configmaps")
    with pytest.raises(ApiError):
        prove(target(operator), Wanted(picture=False))
    assert len(list(tmp_path.glob("runs/*/report.json"))) == 1


def test_one_variant_alone_runs_without_the_other(operator: FakeOperator) -> None:
    report, _ = prove(target(operator), Wanted(("efa",), picture=False))
    assert (report.outcome, report.comparisons, len(operator.steps)) == (Outcome.PASS, (), 1)


def test_a_variant_begins_once_the_pods_of_the_one_before_are_gone(operator: FakeOperator) -> None:
    beside = list[int]()

    def count_pods(method: str, path: str) -> None:
        if method == "POST" and path.startswith(JOBS):
            beside.append(sum("/pods/" in where for where in operator.api.objects))

    operator.api.after = count_pods
    prove(target(operator), Wanted(picture=False))
    assert beside == [0, 0]


def test_what_a_killed_test_left_is_taken_away_first_and_said(
    operator: FakeOperator, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.api.cluster().client.create(template("efa").run("old"))
    prove(target(operator), Wanted(("socket",), picture=False))
    assert "nccl-efa-old was left behind by a test that did not end" in capsys.readouterr().err
    assert left(operator) == []


def test_after_a_run_that_was_given_up_no_other_is_begun(
    operator: FakeOperator, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    operator.worker = waiting("InvalidImageName", "nccl::1", image="nccl::1")
    report, _ = prove(target(operator), Wanted(timeout=1.0))
    assert report.outcome is Outcome.INCONCLUSIVE
    assert "worker-0: InvalidImageName: nccl::1; is `nccl.image` right" in report.reasons[0]
    assert "not run, as it would wait for the same: efa" in capsys.readouterr().err
    assert operator.api.objects[CONFIG_MAP]["data"]["outcome"] == "INCONCLUSIVE"
    assert len(list(tmp_path.glob("runs/*/report.json"))) == 1
    assert left(operator) == []


def test_a_launcher_that_failed_does_not_keep_the_other_variant_from_running(operator: FakeOperator) -> None:
    operator.failure = "BackoffLimitExceeded"
    report, _ = prove(target(operator), Wanted(picture=False))
    assert (report.outcome, len(operator.steps)) == (Outcome.INCONCLUSIVE, 2)


def test_a_cluster_without_templates_is_left_as_it_was(tmp_path: Path) -> None:
    api = FakeApi()
    with pytest.raises(CommandError, match="this cluster has no NCCL test"):
        prove(Target(api.cluster(), "us-west-2", sandbox=None), Wanted())
    assert (api.objects, list(tmp_path.iterdir())) == ({}, [])


def test_a_folder_with_a_report_is_refused_before_anything_runs(
    operator: FakeOperator, tmp_path: Path
) -> None:
    (tmp_path / "report.json").touch()
    with pytest.raises(ReportError, match=r"holds a report\.json already"):
        prove(target(operator), Wanted(directory=tmp_path))
    assert operator.steps == {}
    assert left(operator) == []


def test_a_report_that_is_too_long_for_a_config_map_is_left_out_of_it() -> None:
    report = judge_runs([Ran(template("efa"), SEED_EFA)])
    whole = verdict_config_map(report, "1", "nccl-test").data or {}
    assert whole.keys() == {"outcome", "headline", "run", "nccl.prom", "report.json", "report.md"}
    (run,) = report.runs
    many_rows = replace(run, facts=replace(run.facts, rows=run.facts.rows * 200))
    data = verdict_config_map(replace(report, runs=(many_rows,)), "1", "nccl-test").data or {}
    assert "report.json" not in data
    assert sum(len(value) for value in data.values()) < CONFIG_MAP_BYTES


@pytest.mark.parametrize("verb", ["run", "socket", "efa"])
def test_the_verbs_exit_with_the_verdict_and_show_it(
    verb: str, operator: FakeOperator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["nccl", verb, "--no-picture"]) == 0
    said = capsys.readouterr()
    assert f"PASS ({RECORDED_MARK})" in said.out
    assert "kubectl get configmap -n nccl-test nccl-verdict" in said.err


def test_json_goes_to_standard_output_alone(
    operator: FakeOperator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["nccl", "efa", "--no-picture", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "PASS"


def test_a_variant_that_the_stack_does_not_have_has_the_exit_code_of_no_verdict(
    operator: FakeOperator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["nccl", "efa-mount"]) == 2
    assert "no variant efa-mount of the test; it has" in capsys.readouterr().err
