"""What the program asks of AWS beside its own resources: provider functions, and resources of others."""

from collections.abc import Callable, Mapping

from sandbox.engine.errors import SandboxError, one_line
from sandbox.engine.registration import Registered
from sandbox.engine.registry import Registry
from sandbox.engine.stack_references import STACK_REFERENCE, read_stack_outputs
from sandbox.engine.values import Properties
from sandbox.engine.watch import StoppedError, Watch
from sandbox.engine.world import World

Function = Callable[[World, Properties], Properties]
"""A provider function (`aws.ec2.get_vpc`): from camelCase arguments to camelCase results."""


class Lookups:
    """Answers questions. They may be asked in a preview too, as nothing is changed by them."""

    def __init__(
        self,
        world: World,
        registry: Registry,
        functions: Mapping[str, Function],
        watch: Watch,
        project: str,
    ) -> None:
        """`functions` by token; nothing is answered once `watch` knows of a failure. `project` is that of the
        program, whose stacks alone are in the sandbox."""
        self._world = world
        self._project = project
        self._registry = registry
        self._functions = functions
        self._watch = watch

    def read(self, type: str, name: str, id: str, inputs: Properties) -> Registered:
        """The outputs of a resource that exists outside the program. Raises StoppedError as `register`
        does."""
        if self._watch.failure is not None:
            raise StoppedError
        try:
            if type == STACK_REFERENCE:
                return read_stack_outputs(self._world, self._project, id)
            outputs = self._registry.get(type).read(self._world, id, inputs)
        except NotImplementedError:
            self._watch.failed(type, name, "cannot be looked up; write `read` for its handler")
            raise StoppedError from None
        except Exception as error:
            self._watch.failed(type, name, one_line(error))
            raise StoppedError from error
        if outputs is None:
            self._watch.failed(type, name, f"no such resource: {id}; give the id of one that exists")
            raise StoppedError
        return Registered(id, outputs)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """The result of a provider function. Raises StoppedError after a failure."""
        if self._watch.failure is not None:
            raise StoppedError
        function = self._functions.get(token)
        if function is None:
            remedy = (
                "write it in sandbox/engine/functions and name it in sandbox/engine/functions/__init__.py"
            )
            raise SandboxError(token, "the sandbox has no such function", remedy)
        return function(self._world, arguments)
