"""Stacks on AWS: `pulumi` does the work; this checks the settings first and says what is missing."""

import json
import os
import shutil
import subprocess
from typing import Any

import typer

from cli.errors import CommandError
from cli.stacks import Stack
from sandbox.paths import REPOSITORY
from settings.faults import SettingsError
from settings.guard import guard_faults

PULUMI = "pulumi"
PROGRAMS = {
    PULUMI: "install it from https://www.pulumi.com/docs/install/ and log in with: pulumi login",
    "aws": "install the AWS CLI, version 2, from "
    "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
}
"""What a deployment to AWS runs, and where to get it."""


def require_programs(stack: Stack) -> None:
    """CommandError where a program is missing that a deployment to AWS needs, before anything is made.

    pulumi-eks asks for `aws` in its first preview (nodejs/eks/dependencies.ts, assertCompatibleAWSCLIExists),
    and the cluster is reached with the token that it fetches.
    """
    for program in PROGRAMS:
        if shutil.which(program) is None:
            raise _missing(stack, program)


def run_pulumi(stack: Stack, *arguments: str) -> None:
    """Run `pulumi <arguments> -s <stack>` on this terminal; its exit code becomes ours.

    Raises CommandError as `require_programs` does, SettingsError in a sandbox's environment.
    """
    require_programs(stack)
    code = subprocess.run(_command(stack, *arguments), cwd=REPOSITORY, check=False).returncode
    if code:
        raise typer.Exit(code)


def stack_output(stack: Stack, name: str) -> str | None:
    """An output of a deployed stack as text, or None; raises CommandError where Pulumi does not know it."""
    asked = subprocess.run(
        _command(stack, "stack", "output", "--json"),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    if asked.returncode:
        said = asked.stderr.strip().splitlines() or [f"exit code {asked.returncode}"]
        raise CommandError(f"stack {stack.name}", said[-1], f"deploy it first: make up STACK={stack.name}")
    value = json.loads(asked.stdout).get(name)
    return None if value is None else str(value)


def deployed_resources(stack: Stack) -> list[dict[str, Any]]:
    """Everything that Pulumi has made of a stack, as in its state; nothing of one that was never deployed."""
    asked = subprocess.run(
        _command(stack, "stack", "export"), cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    if asked.returncode and "no stack named" in asked.stderr:
        return []
    if asked.returncode:
        said = asked.stderr.strip().splitlines() or [f"exit code {asked.returncode}"]
        raise CommandError(f"stack {stack.name}", said[-1], "log in with: pulumi login")
    resources: list[dict[str, Any]] = json.loads(asked.stdout)["deployment"].get("resources") or []
    return resources


def _command(stack: Stack, *arguments: str) -> list[str]:
    """The whole command; raises CommandError without Pulumi, SettingsError in a sandbox's environment."""
    pulumi = shutil.which(PULUMI)
    if pulumi is None:
        raise _missing(stack, PULUMI)
    if faults := tuple(guard_faults(sandbox=False, environ=os.environ)):
        raise SettingsError(faults)
    return [pulumi, *arguments, "--stack", stack.name]


def _missing(stack: Stack, program: str) -> CommandError:
    what = f"is on AWS, which needs the {program} program"
    return CommandError(f"stack {stack.name}", what, PROGRAMS[program])
