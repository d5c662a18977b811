"""Which stacks there are, and whether one lives in the sandbox or on AWS: what every verb must know first."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError
from sandbox.environment import without_credentials
from sandbox.paths import REPOSITORY, SandboxPaths
from settings.examine import examine
from settings.json_schema import PROJECT
from settings.stack_file import StackFile, read_stack_file, stacks_in
from settings.tree import Settings


@dataclass(frozen=True)
class Stack:
    """A stack that has a file."""

    name: str
    file: StackFile

    @property
    def sandbox(self) -> bool:
        """Whether the stack says `sandbox: true`, and so never reaches AWS."""
        return self.file.raw.get("sandbox") is True

    @property
    def region(self) -> str:
        """AWS region, emulated or real."""
        return self.file.region or "us-west-2"

    def environment(self) -> Mapping[str, str]:
        """What the program would run in: the user's environment, or a sandbox's, which leads nowhere."""
        return without_credentials(SandboxPaths.from_environment()) if self.sandbox else os.environ

    def examine(self) -> Settings:
        """The settings, checked without asking AWS; raises SettingsError with every fault."""
        file = self.file
        return examine(
            file.raw, region=file.region, profile=file.profile, environ=self.environment(), facts=None
        )


def stack_names(repository: Path = REPOSITORY) -> tuple[str, ...]:
    """Names of all stacks that have a file."""
    return stacks_in(repository)


def find_stack(name: str, repository: Path = REPOSITORY) -> Stack:
    """The stack of that name; raises CommandError naming those that exist, or StackFileError for its file."""
    if name not in stack_names(repository):
        have = ", ".join(stack_names(repository)) or "none"
        cure = "choose one with --stack or STACK=..."
        raise CommandError(f"stack {name or '(empty)'}", f"there is none of that name, only: {have}", cure)
    return Stack(name, read_stack_file(repository, name, PROJECT))
