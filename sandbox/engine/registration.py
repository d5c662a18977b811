"""What the program asks for when it makes a resource object, and what it is answered. Free of Pulumi's wire
format."""

import dataclasses
from dataclasses import dataclass, field

from sandbox.engine.handler import Handler
from sandbox.engine.plan import Rules
from sandbox.engine.state import Record
from sandbox.engine.values import Properties

STACK = "pulumi:pulumi:Stack"


def type_of(urn: str) -> str:
    """Type of the resource that a URN names, without those of its parents."""
    return urn.split("::")[2].rpartition("$")[2]


def name_of(urn: str) -> str:
    """Name in the program of the resource that a URN names."""
    return urn.rpartition("::")[2]


@dataclass(frozen=True)
class Registration:
    """One resource of the program with its resource options."""

    urn: str
    type: str
    name: str
    parent: str = ""
    custom: bool = True
    """False for components: those made in the program and, if `remote`, those that a provider makes."""
    remote: bool = False
    inputs: Properties = field(default_factory=dict)
    secret_inputs: frozenset[str] = frozenset()
    additional_secret_outputs: frozenset[str] = frozenset()
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    protect: bool = False
    retain: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    delete_before_replace: bool | None = None

    def rules(self, handler: Handler) -> Rules:
        """What can be changed, by the handler and by the resource options together."""
        return Rules(
            replace_on=handler.replace_on | frozenset(self.replace_on_changes),
            identity=handler.identity,
            named_anew=handler.named_anew,
            delete_before_replace=self.delete_before_replace,
        )

    def secrets(self, handler: Handler | None) -> tuple[str, ...]:
        """Outputs to keep secret: the handler's, the program's, and those that mirror a secret input."""
        of_handler = handler.secret_outputs if handler else frozenset()
        return tuple(sorted(of_handler | self.secret_inputs | self.additional_secret_outputs))

    def described(self, record: Record, handler: Handler | None) -> Record:
        """`record` with everything the program says of it that is no input."""
        return dataclasses.replace(
            record,
            parent=self.parent,
            custom=self.custom or self.remote,
            secrets=self.secrets(handler),
            dependencies=self.dependencies,
            property_dependencies=self.property_dependencies,
            provider=self.provider,
            protect=self.protect,
            retain=self.retain,
        )


@dataclass(frozen=True)
class Registered:
    """The answer: id and outputs, some of them perhaps unknown in a preview."""

    id: str
    outputs: Properties
    secrets: frozenset[str] = frozenset()
