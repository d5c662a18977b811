"""The calls that are answered here rather than by moto, each registered by the module of its noun."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.aws.world import World

Parameters = Mapping[str, Any]
"""A call's input as boto3 would spell it: `{"InstanceType": "p5.48xlarge", ...}`."""

Answer = Mapping[str, Any] | None
"""A call's output as boto3 would spell it, or None: let moto answer this one."""

Handler = Callable[["World", Parameters], Answer]

_handlers: dict[tuple[str, str], Handler] = {}


def operation(service: str, name: str) -> Callable[[Handler], Handler]:
    """Register the handler of one call, such as `ec2`, `CreateFleet`. Services by their boto3 names."""

    def register(handler: Handler) -> Handler:
        _handlers[service, name] = handler
        return handler

    return register


def handler_of(service: str, name: str) -> Handler | None:
    """The handler registered for a call, or None where moto answers it."""
    return _handlers.get((service, name))
