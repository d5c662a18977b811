"""Takes down what the program registers, and answers as if it had been made."""

from threading import Lock

from plan.document import Planned
from plan.names import stand_in
from plan.stand_ins import outputs_of
from sandbox.engine.errors import SandboxError
from sandbox.engine.registration import Registered, Registration
from sandbox.engine.registry import Registry
from sandbox.engine.values import MASK, Properties
from sandbox.engine.watch import StoppedError


class Recorder:
    """A `Registrar` that makes nothing. Safe for several threads."""

    def __init__(self, registry: Registry, region: str) -> None:
        """`registry` knows which outputs are secrets."""
        self._registry = registry
        self._region = region
        self._lock = Lock()
        self._registered: dict[str, Registration] = {}
        self._failure: str | None = None

    @property
    def registered(self) -> list[Registration]:
        """Everything that was registered so far, components too and secrets as they are."""
        return list(self._registered.values())

    @property
    def resources(self) -> list[Planned]:
        """The resources alone, without secrets; components are only named by what is in them."""
        return [self._planned(each) for each in self.registered if each.custom or each.remote]

    @property
    def failure(self) -> str | None:
        """Why nothing more is taken down."""
        return self._failure

    def stop(self, reason: str) -> None:
        """Take nothing more down."""
        self._failure = self._failure or reason

    def register(self, request: Registration) -> Registered:
        """Take it down. Raises StoppedError after `stop`."""
        if self._failure is not None:
            raise StoppedError
        with self._lock:
            if request.urn in self._registered:
                fault, cure = "registered twice", "give each resource a name of its own"
                self.stop(str(SandboxError(request.urn, fault, cure)))
                raise StoppedError
            self._registered[request.urn] = request
        if not request.custom and not request.remote:
            return Registered("", {})
        secrets = frozenset(request.secrets(self._registry.find(request.type)))
        return Registered(
            stand_in(request.type, request.name, "id"), outputs_of(request, self._region), secrets
        )

    def _planned(self, request: Registration) -> Planned:
        component = self._registered.get(request.parent)
        return Planned(
            type=request.type,
            name=request.name,
            urn=request.urn,
            component=component.name if component else "",
            inputs=without_secrets(request.inputs, request.secret_inputs),
            ignore_changes=request.ignore_changes,
            replace_on_changes=request.replace_on_changes,
            delete_before_replace=request.delete_before_replace,
            protect=request.protect,
            retain=request.retain,
        )


def without_secrets(values: Properties, secrets: frozenset[str]) -> Properties:
    """The values with a mask in the place of each that holds a secret anywhere."""
    return {name: MASK if name in secrets else value for name, value in values.items()}
