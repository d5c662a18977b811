"""Reads a `Pulumi.<stack>.yaml` without Pulumi, for the command line; says where a file is broken."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from knowledge.yaml_values import Plain, YamlValueError, read_yaml
from settings.plain_values import as_handed_over, is_composite
from settings.words import did_you_mean, listed

Value = TypeVar("Value")

LARGEST_BYTES = 1024 * 1024


class StackFileError(Exception):
    """The file cannot be read; the message is one line, with the place in the file where there is one."""


@dataclass(frozen=True)
class StackFile:
    """What a stack file says."""

    region: str | None
    """`aws:region`."""
    profile: str | None
    """`aws:profile`."""
    raw: Mapping[str, object]
    """The values under the project's name, as plain values: what `examine` takes. Lists and maps
    that are written as text are what the text holds, as they are to the program."""
    config: Mapping[str, Plain]
    """Every value by its full key, as in the file."""

    @property
    def aws(self) -> Mapping[str, Plain]:
        """The values for the AWS provider, by their keys without `aws:`."""
        return below("aws", self.config)


def read_stack_file(directory: Path, stack: str, project: str) -> StackFile:
    """Read the file of one stack of the program in `directory`; raises StackFileError."""
    name = f"Pulumi.{stack}.yaml"
    text = _text(directory, name, stack)
    try:
        document = read_yaml(text)
    except YamlValueError as fault:
        place = f":{fault.line}:{fault.column}" if fault.line else ""
        raise StackFileError(f"{name}{place}: {fault}") from None
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise StackFileError(f'{name}: expected the key "config" with a map of settings')
    return StackFile(
        region=_string(config.get("aws:region")),
        profile=_string(config.get("aws:profile")),
        raw={
            setting: as_handed_over(setting, value) if is_composite(value) else value
            for setting, value in below(project, config).items()
        },
        config=config,
    )


def below(namespace: str, config: Mapping[str, Value]) -> dict[str, Value]:
    """The values of one namespace (`aws`, or a project), by their keys without it."""
    prefix = f"{namespace}:"
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def stacks_in(directory: Path) -> tuple[str, ...]:
    """Names of the stacks that have a file in `directory`."""
    names = (path.name.split(".", 1)[1].removesuffix(".yaml") for path in directory.glob("Pulumi.*.yaml"))
    return tuple(sorted(names))


def _text(directory: Path, name: str, stack: str) -> str:
    """The text of the file, if it is there and is text."""
    path = directory / name
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise StackFileError(f"{name}: {size} bytes are too many; at most {LARGEST_BYTES}")
        return path.read_bytes().decode()
    except FileNotFoundError:
        stacks = stacks_in(directory)
        there = f"stacks here: {listed(stacks)}" if stacks else "there is no stack file here"
        parts = (f"{name}: no such file", there, did_you_mean(stack, stacks))
        raise StackFileError("; ".join(part for part in parts if part)) from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        what = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise StackFileError(f"{name}:{line}:{column}: {what}; save the file as UTF-8") from None
    except OSError as error:
        raise StackFileError(f"{name}: {error.strerror}") from None


def _string(value: Plain) -> str | None:
    return None if value is None else str(value)
