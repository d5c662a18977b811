"""Stacks on AWS: `pulumi` does the work; this checks the settings first and says what is missing."""

import json
import os
import shutil
import subprocess

import typer

from cli.errors import CommandError
from cli.stacks import Stack
from sandbox.paths import REPOSITORY
from settings.faults import SettingsError
from settings.guard import guard_faults


def run_pulumi(stack: Stack, *arguments: str) -> None:
    """Run `pulumi <arguments> -s <stack>` on this terminal; its exit code becomes ours."""
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


def deployed_urns(stack: Stack) -> frozenset[str]:
    """URNs of everything that Pulumi has made of a stack; none of one that was never deployed."""
    asked = subprocess.run(
        _command(stack, "stack", "export"), cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    if asked.returncode and "no stack named" in asked.stderr:
        return frozenset()
    if asked.returncode:
        said = asked.stderr.strip().splitlines() or [f"exit code {asked.returncode}"]
        raise CommandError(f"stack {stack.name}", said[-1], "log in with: pulumi login")
    resources = json.loads(asked.stdout)["deployment"].get("resources") or ()
    return frozenset(str(resource["urn"]) for resource in resources)


def _command(stack: Stack, *arguments: str) -> list[str]:
    """The whole command; raises CommandError without Pulumi, SettingsError in a sandbox's environment."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        cure = "install it from https://www.pulumi.com/docs/install/ and log in with: pulumi login"
        raise CommandError(f"stack {stack.name}", "is on AWS, which needs the pulumi program", cure)
    if faults := tuple(guard_faults(sandbox=False, environ=os.environ)):
        raise SettingsError(faults)
    return [pulumi, *arguments, "--stack", stack.name]
