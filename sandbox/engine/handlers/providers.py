"""Providers of the program. Whatever they are configured for, handlers work in the sandbox only."""

from sandbox.engine.handler import Handler
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class Provider(Handler):
    """`pulumi:providers:*`: an id, and nothing behind it."""

    identity = frozenset[str]()

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An id."""
        return name, inputs

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another configuration."""
        return new_inputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Nothing to delete."""
