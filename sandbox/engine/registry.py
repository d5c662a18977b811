"""Which handler makes which type. The real ones are named in `handlers/__init__.py`."""

from collections.abc import Mapping

from sandbox.engine.errors import SandboxError
from sandbox.engine.handler import Handler


class Registry:
    """Handlers by type token, such as `aws:ec2/vpc:Vpc`, or by the start of one, such as `kubernetes:`."""

    def __init__(self, exact: Mapping[str, Handler], prefixes: Mapping[str, Handler]) -> None:
        """`exact` goes before `prefixes`."""
        self._exact = exact
        self._prefixes = prefixes

    @property
    def types(self) -> frozenset[str]:
        """The types that have a handler of their own."""
        return frozenset(self._exact)

    def find(self, type: str) -> Handler | None:
        """The handler of a type, or None."""
        if type in self._exact:
            return self._exact[type]
        return next((handler for prefix, handler in self._prefixes.items() if type.startswith(prefix)), None)

    def get(self, type: str) -> Handler:
        """The handler of a type. SandboxError where there is none."""
        handler = self.find(type)
        if handler is None:
            remedy = "write one in sandbox/engine/handlers and name it in sandbox/engine/handlers/__init__.py"
            raise SandboxError(type, "the sandbox cannot make this type of resource", remedy)
        return handler
