"""One report in all its forms: each says the same, and a recording says so in each."""

import json
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from subprocess import run

import pytest
from rich.console import Console

from nccl.document import document_of, to_json
from nccl.errors import ReportError
from nccl.facts import RECORDED_MARK
from nccl.folder import given_folder, keep_log, new_folder, write_report
from nccl.markdown import to_markdown
from nccl.report import Report, report_on
from nccl.terminal import to_terminal
from nccl.verdict import Check, Expectation, Outcome, Verdict
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]
LOGS = sorted(path for path in GOLDEN.iterdir() if not path.name.endswith(".expected.json"))


def compared() -> Report:
    return report_on([SEED_EFA], Expectation(), SEED_SOCKET)


def shown(report: Report) -> str:
    console = Console(file=StringIO(), width=160)
    with console.capture() as capture:
        console.print(to_terminal(report))
    return capture.get()


def test_every_report_keeps_to_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "nccl/report.schema.json").read_text()))
    for log in LOGS:
        validator.validate(document_of(report_on([log], Expectation())))
    validator.validate(document_of(compared()))


def test_equal_reports_are_equal_text_and_hold_no_secret_of_the_environment() -> None:
    texts = [to_json(report_on([GOLDEN / "json-3.json"], Expectation())) for _ in range(2)]
    assert texts[0] == texts[1]
    assert "AWS_SECRET_ACCESS_KEY" not in texts[0]


def test_a_recording_says_so_in_every_form(tmp_path: Path) -> None:
    report = report_on([GOLDEN / "recorded.log"], Expectation())
    assert report.headline == f"PASS ({RECORDED_MARK})"
    assert RECORDED_MARK in shown(report)
    assert RECORDED_MARK in to_markdown(report)
    assert document_of(report)["recorded"] is True
    write_report(report, tmp_path)
    drawn = (tmp_path / "bus-bandwidth.svg").read_text()
    assert f"<!-- {RECORDED_MARK} -->" in drawn
    plain = report_on([GOLDEN / "release-2.19.6.log"], Expectation())
    assert RECORDED_MARK not in shown(plain) + to_markdown(plain) + to_json(plain)


def test_the_folder_has_logs_json_markdown_and_pictures(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    for log in (SEED_EFA, SEED_SOCKET):
        assert keep_log(log, folder) == folder / log.name
    write_report(compared(), folder)
    names = ["bus-bandwidth.png", "bus-bandwidth.svg", "report.json", "report.md"]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, SEED_EFA.name, SEED_SOCKET.name])
    assert (folder / SEED_EFA.name).read_bytes() == SEED_EFA.read_bytes()
    assert (folder / "bus-bandwidth.png").read_bytes().startswith(b"\x89PNG")
    assert "![bus bandwidth over message size](bus-bandwidth.png)" in (folder / "report.md").read_text()


def test_two_logs_of_one_name_are_both_kept(tmp_path: Path) -> None:
    for part in ("a", "b"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "run.log").write_text(part)
    folder = given_folder(tmp_path / "report")
    kept = [keep_log(tmp_path / part / "run.log", folder) for part in ("a", "b")]
    assert [path and path.read_text() for path in kept] == ["a", "b"]


def test_a_second_report_in_the_same_second_gets_its_own_folder(tmp_path: Path) -> None:
    assert len({new_folder(tmp_path) for _ in range(5)}) == 5


def test_an_older_report_is_not_overwritten(tmp_path: Path) -> None:
    write_report(compared(), given_folder(tmp_path), picture=False)
    with pytest.raises(ReportError, match=r"holds a report\.json already; give another --output"):
        given_folder(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="cannot be made: "):
        given_folder(tmp_path / "file" / "report")


def test_no_row_means_no_picture(tmp_path: Path) -> None:
    report = report_on([tmp_path / "missing.log"], Expectation())
    assert report.outcome == Outcome.INCONCLUSIVE
    assert [path.name for path in write_report(report, tmp_path)] == ["report.json", "report.md"]


def test_a_name_with_markup_in_it_stays_a_name(tmp_path: Path) -> None:
    log = tmp_path / "a|b<i>$x_{[red]`.log"
    log.write_bytes((GOLDEN / "cut-in-a-row.log").read_bytes())
    report = report_on([log, SEED_EFA, log], Expectation())
    write_report(report, tmp_path)
    assert "[red]" in shown(report)
    assert "<i>" not in (tmp_path / "report.md").read_text().replace(f"`{log.name.replace('`', '')}`", "")


def test_what_a_log_or_a_pod_says_is_no_markup_in_a_pull_request() -> None:
    said = "a [link](http://x) ![and](http://y)\n| a *row* of \\_its own"
    check = Check("run", Outcome.INCONCLUSIVE, said)
    (run,) = report_on([SEED_EFA], Expectation()).runs
    markdown = to_markdown(Report((replace(run, verdict=Verdict((check,))),)))
    plain = r"a \[link\](http://x) !\[and\](http://y) \| a \*row\* of \\\_its own"
    assert f"- {plain}\n" in markdown
    assert f"| run | INCONCLUSIVE | {plain} |\n" in markdown


def test_runs_that_look_alike_have_labels_that_do_not() -> None:
    report = report_on([GOLDEN / "release-2.19.6.log", SEED_EFA] * 2, Expectation())
    assert len({run.label for run in report.runs}) == 4


def test_runs_that_differ_in_ranks_cannot_be_compared() -> None:
    report = report_on([GOLDEN / "release-2.19.6.log"], Expectation(), GOLDEN / "socket-as-asked.log")
    assert report.outcome == Outcome.INCONCLUSIVE
    assert "they differ in number of ranks" in report.reasons[-1]


def test_the_module_judges_with_the_standard_library_alone() -> None:
    """In an isolated interpreter that sees this repository and no installed package."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from nccl.__main__ import main"
    log = str(SEED_SOCKET)
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"{program}; raise SystemExit(main())",
        log,
        "--expect",
        "efa",
    ]
    done = run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["outcome"] == "FAIL"
