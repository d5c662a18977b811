"""Pulumi's test seam: a mock monitor that answers every registration by making the resource.

`pulumi.runtime.set_mocks` takes a monitor in place of the one that a real engine serves by gRPC. The SDK
calls it from several threads at once. After a failure everything is answered with "failed", which the SDK
passes on as unknown values: the program runs to its end without making anything more, and without a
traceback. Aliases, resource hooks and timeouts are not followed.
"""

from threading import Lock
from typing import Any, Protocol

from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import provider_pb2, resource_pb2
from typing_extensions import override

from sandbox.engine.errors import SandboxError, one_line
from sandbox.engine.registration import STACK, Registered, Registration
from sandbox.engine.values import Properties, referenced
from sandbox.engine.watch import StoppedError
from sandbox.engine.wire import fill, to_plain


class Registrar(Protocol):
    """Answers what the program registers: a `Deployment`, which makes it, or one who only takes it down."""

    def register(self, request: Registration) -> Registered:
        """Raises StoppedError for what is not registered, since something has failed."""
        ...

    def stop(self, reason: str) -> None:
        """Take nothing more."""
        ...


class Knowledge(Protocol):
    """Answers what the program asks of AWS: `Lookups`, or one who asks no account."""

    def read(self, type: str, name: str, id: str, inputs: Properties) -> Registered:
        """A resource that the program did not make. Raises StoppedError where there is none."""
        ...

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """The result of a provider function; any exception becomes the function's failure."""
        ...


class NoMocks(Mocks):
    """The seam wants a `Mocks`; the monitor answers everything before one is asked."""

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Never called."""
        raise NotImplementedError

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Never called."""
        raise NotImplementedError


class Monitor(MockMonitor):
    """Translates between the SDK's requests and those who answer them."""

    def __init__(self, registrar: Registrar, knowledge: Knowledge, project: str, stack: str) -> None:
        """What is registered goes to `registrar`, what is asked to `knowledge`."""
        super().__init__(NoMocks())
        self.outputs: Properties = {}
        """The stack's outputs, as last registered."""
        self.secret_outputs: frozenset[str] = frozenset()
        self._registrar = registrar
        self._knowledge = knowledge
        self._scope = f"urn:pulumi:{stack}::{project}"
        self._lock = Lock()
        self._answers: dict[str, Registered] = {}
        self._owners: dict[str, str] = {}
        """Of resources that a component returned, by URN: the component's URN."""

    @override
    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """A URN as the real engine makes them: with the types of all ancestors but the stack."""
        above = parent.split("::")[2] if parent else STACK
        qualified = type_ if above == STACK else f"{above}${type_}"
        return f"{self._scope}::{qualified}::{name}"

    @override
    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
        """Make the resource."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if request.importId:
            raise SandboxError(request.name, "cannot be imported here", "leave `import_` to real stacks")
        inputs, secrets = to_plain(request.object)
        registration = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=request.custom,
            remote=request.remote,
            inputs=inputs,
            secret_inputs=secrets,
            additional_secret_outputs=frozenset(request.additionalSecretOutputs),
            dependencies=self._owned(request.dependencies),
            property_dependencies={
                name: self._owned(value.urns)
                for name, value in request.propertyDependencies.items()
                if value.urns
            },
            provider=request.provider.rpartition("::")[0],
            protect=request.protect,
            retain=request.retainOnDelete,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        )
        try:
            answer = self._registrar.register(registration)
        except StoppedError:
            return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.FAIL)
        response = resource_pb2.RegisterResourceResponse(urn=urn, id=answer.id)
        self._remember(urn, answer)
        fill(response.object, answer.outputs, answer.secrets, lambda part: self._urn_of(urn, part))
        return response

    @override
    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> Any:
        """Look up a resource that the program did not make."""
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs, _ = to_plain(request.properties)
        try:
            answer = self._knowledge.read(request.type, request.name, request.id, inputs)
        except StoppedError:
            return resource_pb2.ReadResourceResponse(urn=urn, result=resource_pb2.FAIL)
        self._remember(urn, answer)
        response = resource_pb2.ReadResourceResponse(urn=urn, id=answer.id)
        fill(response.properties, answer.outputs, answer.secrets, lambda part: self._urn_of(urn, part))
        return response

    @override
    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> Any:
        """Call a function, or give the outputs of a resource that an output refers to."""
        arguments, _ = to_plain(request.args)
        response = resource_pb2.ResourceInvokeResponse()
        result = getattr(response, "return")
        try:
            if request.tok == "pulumi:pulumi:getResource":
                self._get_resource(arguments["urn"], result)
            else:
                fill(result, self._knowledge.invoke(request.tok, arguments), frozenset(), str)
        except StoppedError:
            response.unknown = True
        except Exception as error:
            response.failures.append(provider_pb2.CheckFailure(property=request.tok, reason=one_line(error)))
        return response

    def _get_resource(self, urn: str, result: Any) -> None:
        answer = self._answers.get(urn)
        if answer is None:
            raise SandboxError(urn, "not registered in this run", "refer to resources of the program only")
        result.update({"urn": urn, "id": answer.id, "state": {}})
        fill(result["state"], answer.outputs, answer.secrets, lambda part: self._urn_of(urn, part))

    @override
    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> Any:
        """Keep the stack's outputs; those of components are of no use to anyone."""
        if request.urn.split("::")[2] == STACK:
            self.outputs, self.secret_outputs = to_plain(request.outputs)

    @override
    def RegisterStackTransform(self, request: Any) -> Any:
        """Refused: a transform that is silently left out would deploy something else than AWS gets."""
        remedy = "use opts.transformations, which the SDK runs itself"
        raise SandboxError("register_resource_transform", "the sandbox's engine runs no transforms", remedy)

    def _remember(self, urn: str, answer: Registered) -> None:
        """Keep what `getResource` may be asked for: the resource and those its outputs refer to."""
        parts = [part for part in map(referenced, answer.outputs.values()) if part]
        with self._lock:
            self._answers[urn] = answer
            for part in parts:
                part_urn = self._urn_of(urn, part)
                self._owners[part_urn] = urn
                self._answers[part_urn] = Registered(part["id"], part["outputs"])

    def _urn_of(self, owner: str, part: Properties) -> str:
        return self.make_urn(owner, part["type"], part["name"])

    def _owned(self, urns: Any) -> tuple[str, ...]:
        """URNs with the resources that a component returned traced back to the component, which made them."""
        return tuple(sorted({self._owners.get(urn, urn) for urn in urns}))
