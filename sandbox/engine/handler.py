"""What makes one type of resource: the contract of every handler. Nothing here knows of Pulumi.

Handlers get plain inputs and give plain outputs, so that a Pulumi provider plugin could be put before them.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from sandbox.engine.values import Properties
from sandbox.engine.world import World


class Handler(ABC):
    """Creates, updates and deletes resources of one type.

    Inputs are the provider's camelCase properties without the ones left out; outputs hold the inputs and
    whatever AWS or Kubernetes adds. Methods are called from several threads, and again after a run was
    killed in them.
    """

    replace_on: ClassVar[frozenset[str]] = frozenset()
    """Property paths that the resource cannot change while it lives."""

    identity: ClassVar[frozenset[str] | None] = None
    """Inputs in which two such resources have to differ to exist at once: the new one is then made before
    the old one goes. Empty: any two can. None: none can, the old one always goes first."""

    named_anew: ClassVar[frozenset[str]] = frozenset({"name"})
    """Inputs of `identity` that get a value of their own each time they are left out. Any other input that is
    left out has the same default each time: a security group without `vpcId` is in the default VPC."""

    changes_on_update: ClassVar[frozenset[str]] = frozenset()
    """Outputs that have a new value after every update, such as a version number."""

    secret_outputs: ClassVar[frozenset[str]] = frozenset()
    """Outputs that are never shown."""

    @abstractmethod
    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Make the resource; its id and its outputs.

        `name` is for a resource whose inputs name it not; it is unique to this creation.
        """

    @abstractmethod
    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Turn a resource made from `old_inputs` into one of `new_inputs`; its outputs. Safe to repeat."""

    @abstractmethod
    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Take the resource away and return when it is gone. One that is gone already is fine."""

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """The id of what a killed `create` with these arguments left; it is deleted and made anew.

        None, the default, fits resources whose creation can simply be repeated.
        """
        return None

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        """The outputs of an existing resource, or None where there is none."""
        raise NotImplementedError

    def surroundings(self, world: World) -> Properties:
        """Facts from outside the program that the outputs depend on; a change of them is an update."""
        return {}
