"""`eks-efa nccl report`: exit codes, one line for each bad input, nothing lost."""

import json
import os
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from cli.verbs.nccl import nccl as nccl_app
from nccl.__main__ import main as judge_alone
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

EFA, SOCKET = str(SEED_EFA), str(SEED_SOCKET)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def report(*arguments: str, given: bytes | None = None) -> Result:
    result = CliRunner().invoke(nccl_app, ["report", "--no-picture", *arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((EFA, "--expect", "efa"), 0),
        ((EFA,), 0),
        ((SOCKET, "--expect", "efa"), 1),
        ((EFA, "--expect", "efa", "--interfaces", "1"), 2),
        ((EFA, SOCKET, "--expect", "efa"), 1),
        ((EFA, "--compare", SOCKET), 0),
        ((EFA, "--compare", EFA), 1),
        ((EFA, "--instance-type", "g4dn.8xlarge", "--nodes", "2", "--collective", "all_reduce"), 0),
        ((EFA, "--instance-type", "g4dn.8xlarge"), 2),
    ],
)
def test_the_exit_code_is_the_verdict(arguments: tuple[str, ...], code: int) -> None:
    result = report(*arguments)
    assert result.exit_code == code
    assert ("PASS", "FAIL", "INCONCLUSIVE")[code] in result.stdout


def test_json_goes_to_standard_output_and_nothing_else_does() -> None:
    result = report(EFA, "--json")
    assert json.loads(result.stdout)["outcome"] == "PASS"
    assert "report:" in result.stderr


def test_a_missing_log_is_one_line_and_leaves_nothing_behind(tmp_path: Path) -> None:
    result = report("nothing.log")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: nothing.log: no such file; give the log of an nccl-tests run, or - for standard input\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"", "empty log"), (bytes(range(256)) * 12, "binary data")],
    ids=["empty", "binary"],
)
def test_a_bad_log_is_one_line_and_is_kept(content: bytes, fault: str, tmp_path: Path) -> None:
    Path("bad.log").write_bytes(content)
    result = report("bad.log")
    assert result.exit_code == 2
    assert [line for line in result.stderr.splitlines() if line.startswith("error:")] == [
        line for line in result.stderr.splitlines() if f"bad.log: {fault}" in line
    ]
    (kept,) = tmp_path.glob("runs/*/bad.log")
    assert kept.read_bytes() == content
    assert json.loads((kept.parent / "report.json").read_text())["outcome"] == "INCONCLUSIVE"


def test_what_cannot_be_the_name_of_a_file_is_one_line_and_keeps_no_other_log_from_being_judged() -> None:
    """As when the text of a log is given in the place of its name."""
    text = "# nThread 1 " * 1000
    alone, beside = report(text), report(EFA, text)
    assert (alone.exit_code, beside.exit_code) == (2, 2)
    assert alone.stderr.endswith(": file name too long\n")
    assert "PASS" in beside.stdout


def test_standard_input_is_judged_and_kept(tmp_path: Path) -> None:
    content = Path(EFA).read_bytes()
    assert report("-", "--expect", "efa", given=content).exit_code == 0
    (kept,) = tmp_path.glob("runs/*/standard-input.log")
    assert kept.read_bytes() == content


def test_a_pipe_is_read_once_and_kept(tmp_path: Path) -> None:
    os.mkfifo("pipe")
    writer = Thread(target=Path("pipe").write_bytes, args=(Path(EFA).read_bytes(),))
    writer.start()
    assert report("pipe", "--expect", "efa").exit_code == 0
    writer.join()
    (kept,) = tmp_path.glob("runs/*/pipe-pipe.log")
    assert kept.read_bytes() == Path(EFA).read_bytes()


def test_the_asked_for_folder_is_used(tmp_path: Path) -> None:
    assert report(EFA, "--output", "here/it/is").exit_code == 0
    assert (tmp_path / "here/it/is/report.json").exists()
    again = report(EFA, "--output", "here/it/is")
    assert again.exit_code == 2
    assert "holds a report.json already" in again.stderr


SLOW = str(Path(__file__).parent / "field" / "efa-but-slow.log")


@pytest.mark.parametrize("name", ["p5.48xlarge", "ml.p5.48xlarge", "P5.48xlarge", "ML.P5.48xlarge"])
def test_an_instance_type_is_known_by_whatever_name(name: str) -> None:
    result = report(SLOW, "--expect", "efa", "--instance-type", name, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["runs"][0]["expected"]["instance_type"] == "p5.48xlarge"


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("p5.48xlrage", '; did you mean "p5.48xlarge"?'),
        ("ml.p5.84xlarge", '; did you mean "p5.4xlarge"?'),
        ("p6e-gb200.63xlarge", '; did you mean "p6e-gb200.36xlarge"?'),
        ("H100", ""),
    ],
)
def test_a_misspelt_instance_type_is_refused_for_it_would_leave_the_floor_out(name: str, cure: str) -> None:
    result = report(SLOW, "--expect", "efa", "--instance-type", name)
    assert result.exit_code == 2
    assert result.stderr == f'error: --instance-type: unknown instance type "{name}"{cure}\n'


@pytest.mark.parametrize("name", ["p5", "p5.48xlrage", "p5.48", "48xlarge", ""])
def test_the_module_refuses_what_is_no_name_of_an_instance_type(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        judge_alone([SLOW, "--expect", "efa", "--instance-type", name])
    assert ended.value.code == 2
    assert f'"{name}" is no instance type; write it like p5.48xlarge' in capsys.readouterr().err


def test_the_module_takes_sagemakers_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge_alone([SLOW, "--expect", "efa", "--instance-type", "ml.P5.48xlarge"]) == 1
    assert "floor 431.35" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "drawn"),
    [
        ((), False),
        (("--output", "there"), True),
        (("--picture",), True),
        (("--output", "there", "--no-picture"), False),
    ],
)
def test_a_picture_is_drawn_where_it_is_asked_for_or_a_file_will_show_it(
    arguments: tuple[str, ...], drawn: bool, tmp_path: Path
) -> None:
    assert CliRunner().invoke(nccl_app, ["report", EFA, *arguments]).exit_code == 0
    assert bool(list(tmp_path.rglob("*.png"))) is drawn


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("-", "-"), "standard input can be one log only"),
        ((EFA, "--compare", SOCKET, "--expect", "socket"), "leave out --expect socket"),
        ((EFA, "--expect", "infiniband"), "infiniband"),
        ((EFA, "--collective", "all_to_all"), "all_to_all"),
        ((EFA, "--interfaces", "0"), "--interfaces"),
        ((), "LOG"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_with_the_code_of_no_verdict(
    arguments: tuple[str, ...], line: str
) -> None:
    result = report(*arguments)
    assert result.exit_code == 2
    assert line in result.stderr
