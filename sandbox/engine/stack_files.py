"""`Pulumi.yaml` and `Pulumi.<stack>.yaml`: the configuration that `pulumi up` would hand to the program."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.yaml_values import YamlValueError, read_yaml
from sandbox.engine.errors import SandboxError, flat


@dataclass(frozen=True)
class StackFiles:
    """Name of the project and of the stack, and the stack's configuration as the SDK wants it."""

    project: str
    stack: str
    config: dict[str, str]
    """Full keys (`aws:region`, `project:key`) to values; what is no string is JSON."""

    @property
    def region(self) -> str:
        """AWS region of the stack; us-west-2 where it names none."""
        return self.config.get("aws:region", "us-west-2")


def read_stack(program: Path, stack: str, *, in_place_of_secrets: str | None = None) -> StackFiles:
    """Read both files. SandboxError names the file where one is missing or not understood.

    Values that are encrypted cannot be read here: they are an error too, unless there is something to put in
    their place.
    """
    project_file = program / "Pulumi.yaml"
    project = _read(project_file, "give --program the directory of a Pulumi program")
    name = project.get("name")
    if not isinstance(name, str):
        raise SandboxError(
            str(project_file), "has no name", "add the project's name, as `pulumi new` writes it"
        )
    stacks = sorted(path.name.split(".")[1] for path in program.glob("Pulumi.*.yaml"))
    stack_file = program / f"Pulumi.{stack}.yaml"
    given = _read(stack_file, f"stacks here: {', '.join(stacks) or 'none'}").get("config") or {}
    config = {**_defaults(project.get("config") or {}, name), **_qualified(given, name)}
    for key, value in config.items():
        if not isinstance(value, dict) or set(value) != {"secure"}:
            continue
        if in_place_of_secrets is None:
            fault = f"{key} is encrypted, which only pulumi can read"
            raise SandboxError(str(stack_file), fault, "give the sandbox's stack a plain value")
        config[key] = in_place_of_secrets
    return StackFiles(name, stack, {key: _text(value) for key, value in config.items()})


def _read(path: Path, remedy: str) -> dict[str, Any]:
    try:
        content = read_yaml(path.read_text())
    except FileNotFoundError as error:
        raise SandboxError(str(path), "no such file", remedy) from error
    except YamlValueError as error:
        place = f"{path}:{error.line}:{error.column}" if error.line else str(path)
        raise SandboxError(place, str(error), "mend the file") from error
    except UnicodeDecodeError as error:
        raise SandboxError(str(path), f"not UTF-8: {flat(str(error))}", "save it as UTF-8") from error
    if not isinstance(content, dict):
        raise SandboxError(str(path), "holds no keys", "write it as pulumi does: `config:` and keys below it")
    return content


def _qualified(values: dict[str, Any], project: str) -> dict[str, Any]:
    return {key if ":" in key else f"{project}:{key}": value for key, value in values.items()}


def _defaults(declared: dict[str, Any], project: str) -> dict[str, Any]:
    """Values and defaults of the project's configuration schema; other declarations give none."""
    given: dict[str, Any] = {}
    for key, value in _qualified(declared, project).items():
        if not isinstance(value, dict):
            given[key] = value
        elif "value" in value or "default" in value:
            given[key] = value.get("value", value.get("default"))
    return given


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
