"""What the program's own policy pack says of a plan.

The pack belongs to the program as its components do: another revision is judged by its own. So it is imported
by name from wherever the program was run, and a program without one is judged by nobody.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from plan.document import Violation
from sandbox.engine.registration import Registration
from sandbox.engine.stack_files import StackFiles
from sandbox.engine.values import UNKNOWN

PACK = "policies"


def violations(program: Path, files: StackFiles, registered: Iterable[Registration]) -> tuple[Violation, ...]:
    """Every violation; to be called where the program was run, while its modules are there."""
    if not (program / PACK / "evaluation.py").exists():
        return ()
    evaluation, views = import_module(f"{PACK}.evaluation"), import_module(f"{PACK}.views")
    unknown = import_module(f"{PACK}.reading").UNKNOWN
    stack = views.Stack(tuple(_view(views, each, unknown) for each in registered))
    environment = import_module(f"{PACK}.environment").Environment.of(_settings(files))
    return tuple(_violation(each) for each in evaluation.evaluate(stack, environment))


def _view(views: ModuleType, registered: Registration, unknown: object) -> Any:
    """A registration as the pack sees resources."""
    return views.Resource(
        type=registered.type,
        name=registered.name,
        properties=_marked(registered.inputs, unknown),
        urn=registered.urn,
        protect=registered.protect,
        parent=registered.parent,
        provider=registered.provider,
        dependencies=frozenset(registered.dependencies),
        property_dependencies={
            name: frozenset(urns) for name, urns in registered.property_dependencies.items()
        },
    )


def _violation(found: Any) -> Violation:
    """One of the pack's, as text alone."""
    resource = found.finding.resource
    name = f"{resource.name}: " if resource else ""
    return Violation(found.rule.id, str(found.level), f"{name}{found.finding.message}")


def _marked(value: Any, unknown: object) -> Any:
    """The value with the pack's own mark for what is not known yet."""
    if isinstance(value, dict):
        return {key: _marked(part, unknown) for key, part in value.items()}
    if isinstance(value, list):
        return [_marked(part, unknown) for part in value]
    return unknown if value == UNKNOWN else value


def _settings(files: StackFiles) -> dict[str, str]:
    """The stack's settings by their keys alone."""
    prefix = f"{files.project}:"
    return {key.removeprefix(prefix): value for key, value in files.config.items() if key.startswith(prefix)}
