"""The command line of the engine, as a child process of the kind that `eks-efa` starts."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sandbox.engine.console import Plain, Tty, line
from sandbox.engine.events import Event
from sandbox.engine.plan import Action
from sandbox.environment import child_environment
from sandbox.paths import REPOSITORY, SandboxPaths

PROGRAM = """
import pulumi
import pulumi_aws as aws
key = aws.kms.Key("key", description="x", enable_key_rotation=True)
group = aws.cloudwatch.LogGroup("logs", retention_in_days=30, kms_key_id=key.arn)
pulumi.export("group", group.name)
pulumi.export("token", pulumi.Output.secret("hush"))
"""


class Sandbox:
    """A directory, a program and an environment."""

    def __init__(self, root: Path, endpoint: str) -> None:
        self.root = root
        self.program = root / "program"
        self.program.mkdir()
        (self.program / "Pulumi.yaml").write_text("name: things\nruntime: python\n")
        (self.program / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-west-2\n")
        (self.program / "__main__.py").write_text(PROGRAM)
        paths = SandboxPaths(root)
        paths.aws.write_text(json.dumps({"endpoint": endpoint}))
        self.environment = child_environment(paths, "us-west-2", os.environ)

    def command(self, verb: str, *flags: str) -> list[str]:
        place = ["--directory", str(self.root), "--program", str(self.program), "--stack", "dev"]
        return [sys.executable, "-m", "sandbox.engine", verb, *place, *flags]

    def run(self, verb: str, *flags: str) -> subprocess.CompletedProcess[str]:
        command = self.command(verb, *flags)
        return subprocess.run(
            command, cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, timeout=50
        )


@pytest.fixture
def sandbox(tmp_path: Path, emulated_aws: str) -> Sandbox:
    return Sandbox(tmp_path, emulated_aws)


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout.splitlines()[-1])


def test_up_ends_with_one_line_of_json_that_tells_no_secret(sandbox: Sandbox) -> None:
    done = sandbox.run("up", "--json")
    assert done.returncode == 0, done.stderr
    told = answer(done)
    assert told["changes"] == {"created": 2, "updated": 0, "replaced": 0, "deleted": 0, "unchanged": 0}
    assert told["error"] is None
    assert told["outputs"]["group"].startswith("logs-")
    assert told["outputs"]["token"] == "[secret]"
    assert told["seconds"] > 0
    assert len(done.stdout.splitlines()) == 1
    assert "created   aws:kms/key:Key key" in done.stderr
    assert "hush" not in done.stdout + done.stderr


def test_the_verbs_follow_each_other_in_plain_lines(sandbox: Sandbox) -> None:
    preview = sandbox.run("preview").stdout
    assert "+ create  aws:kms/key:Key key" in preview
    assert "group: [not known yet]" in preview
    assert "2 created, 0 updated, 0 replaced, 0 deleted, 0 unchanged" in preview
    assert "2 created" in sandbox.run("up").stdout
    again = sandbox.run("up")
    assert "0 created, 0 updated, 0 replaced, 0 deleted, 2 unchanged" in again.stdout
    assert again.stderr == ""
    assert "2 deleted" in sandbox.run("down").stdout


def test_a_failure_is_exit_code_1_and_one_line(sandbox: Sandbox) -> None:
    with (sandbox.program / "__main__.py").open("a") as file:
        file.write('aws.iam.RolePolicyAttachment("a", role="nobody", policy_arn=group.arn)\n')
    done = sandbox.run("up", "--json")
    assert done.returncode == 1
    error = answer(done)["error"]
    assert error.startswith(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment a: AttachRolePolicy: NoSuchEntity: "
    )
    assert error.endswith("; what was made is kept: mend it, then run again")
    assert "Traceback" not in done.stderr


def test_it_refuses_to_run_where_it_could_reach_aws(sandbox: Sandbox) -> None:
    for name, value in (("AWS_ENDPOINT_URL", ""), ("AWS_ENDPOINT_URL", "https://eks.amazonaws.com")):
        sandbox.environment[name] = value
        done = sandbox.run("up", "--json")
        assert done.returncode == 1
        assert answer(done)["error"].startswith("AWS_ENDPOINT_URL: ")


def test_a_missing_stack_is_one_line(sandbox: Sandbox) -> None:
    (sandbox.program / "Pulumi.dev.yaml").unlink()
    done = sandbox.run("up", "--json")
    assert (done.returncode, "no such file; stacks here: none" in answer(done)["error"]) == (1, True)


@pytest.fixture
def _hears_ctrl_c() -> Iterator[None]:
    """A shell starts what it puts into the background deaf to SIGINT, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


SLOW = """
import pathlib, time
here = pathlib.Path(__file__).parent
(here / "started").touch()
while not (here / "go").exists():
    time.sleep(0.01)
"""


@pytest.mark.usefixtures("_hears_ctrl_c")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_stops_politely_and_the_next_goes_on(
    sandbox: Sandbox, number: signal.Signals
) -> None:
    main = sandbox.program / "__main__.py"
    main.write_text(PROGRAM + SLOW)
    command = sandbox.command("up", "--json")
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=sandbox.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        deadline = time.monotonic() + 30
        while not (sandbox.program / "started").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(number)
        out, err = run.communicate(timeout=30)
    assert run.returncode in (1, 130)
    assert json.loads(out)["error"].startswith("interrupted; what was made is kept")
    assert "Traceback" not in err
    main.write_text(PROGRAM)
    done = sandbox.run("up", "--json")
    assert answer(done)["error"] is None


LINES = [
    (Event("note", "the emulated AWS was started anew"), "the emulated AWS was started anew"),
    (Event("started", "", Action.CREATE, "t", "n"), None),
    (Event("progress", "waiting", Action.DELETE, "t", "n"), "deleting t n: waiting"),
    (Event("finished", "size", Action.UPDATE, "t", "n", 1.25), "updated   t n (size) 1.2 s"),
    (Event("finished", "", Action.SAME, "t", "n"), None),
    (Event("planned", "size", Action.REPLACE, "t", "n"), "± replace t n (size)"),
    (Event("planned", "", Action.SAME, "t", "n"), None),
    (Event("failed", "no; do", Action.SAME, "t", "n"), "failed    t n: no; do"),
]


@pytest.mark.parametrize(("event", "expected"), LINES)
def test_an_event_is_one_line_or_only_counted(event: Event, expected: str | None) -> None:
    assert line(event) == expected


def test_a_terminal_shows_what_is_in_work_and_keeps_what_was_done() -> None:
    console = Console(force_terminal=True, file=StringIO(), width=100, highlight=False)
    with Tty(console) as terminal:
        terminal(Event("started", "", Action.CREATE, "t", "vpc"))
        terminal(Event("progress", "waiting for [it]", Action.CREATE, "t", "vpc"))
        terminal(Event("started", "", Action.CREATE, "t", "queue"))
        terminal(Event("finished", "", Action.CREATE, "t", "vpc", 1.5, finished=1, total=2))
        terminal(Event("failed", "no; do", Action.CREATE, "t", "queue"))
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()
    assert "created   t vpc 1.5 s" in shown
    assert "failed    t queue: no; do" in shown


def test_plain_output_has_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Plain(Console(soft_wrap=True))(Event("note", "[bold]tags[0]"))
    assert capsys.readouterr().out == "[bold]tags[0]\n"
