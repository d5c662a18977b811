"""Stacks on AWS: `pulumi` does the work; this checks the settings first and says what is missing."""

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
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        cure = "install it from https://www.pulumi.com/docs/install/ and log in with: pulumi login"
        raise CommandError(f"stack {stack.name}", "is on AWS, which needs the pulumi program", cure)
    if faults := tuple(guard_faults(sandbox=False, environ=os.environ)):
        raise SettingsError(faults)
    command = [pulumi, *arguments, "--stack", stack.name]
    code = subprocess.run(command, cwd=REPOSITORY, check=False).returncode
    if code:
        raise typer.Exit(code)
