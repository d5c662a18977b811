"""`eks-efa prove`: its exit code is the verdict, and 2 where there is none."""

import json
from pathlib import Path

import pytest

from cli.main import run
from cli.target import Target
from cli.verbs import prove
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.prove.job_objects import api_with, job_pod
from tests.nccl.prove.job_logs import TCP, pod


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    """A cluster with a job over EFA."""
    api = api_with(job_pod(0), job_pod(1))
    monkeypatch.setattr(prove, "open_target", lambda stack, kubeconfig: Target(api.cluster(), "", None))
    return api


def test_a_job_over_efa_is_exit_code_0_and_one_document(
    api: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", "train", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "PASS"


def test_a_job_over_tcp_is_exit_code_1_and_a_failure_in_junit(api: FakeApi, tmp_path: Path) -> None:
    for index in (0, 1):
        api.logs[f"train-{index}-abcde"] = pod(TCP, index).log
    assert run(["prove", "train", "--junit", str(tmp_path / "junit.xml")]) == 1
    assert 'failures="3"' in (tmp_path / "junit.xml").read_text()


@pytest.mark.parametrize("arguments", [[], ["train", "-l", "app=train"]])
def test_a_job_is_named_in_one_way(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", *arguments]) == 2
    said = "error: prove: one job is asked for; name it, or give --selector, and not both\n"
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("api")
def test_a_job_that_is_not_there_is_exit_code_2_and_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "other"]) == 2
    assert capsys.readouterr().err.startswith("error: job other: not there in any namespace; ")
