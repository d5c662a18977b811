"""What is asked of a policy pack, in the protocol that Pulumi's engine speaks with it.

Protocol: proto/pulumi/analyzer.proto in pulumi/pulumi; who is asked what and when: step_generator.go there.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from importlib import import_module
from typing import Any

from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from sandbox.engine.errors import flat
from sandbox.engine.policy_guard import Violation
from sandbox.engine.policy_process import PolicyProcess
from sandbox.engine.registration import Registered, Registration, name_of, type_of
from sandbox.engine.values import referenced

MESSAGE_BYTES = 400 * 1024 * 1024
"""Largest message, as Pulumi has it: a stack is analysed in one."""


class PolicyPack:
    """A pack that runs as a process. Safe for several threads."""

    def __init__(self, process: PolicyProcess) -> None:
        """Nothing is asked yet, so the process may still be starting."""
        self._process = process

    def analyze(self, request: Registration) -> list[Violation]:
        """What is wrong with a resource that is about to be made or changed."""
        asked = analyzer_pb2.AnalyzeRequest(
            type=request.type, urn=request.urn, name=request.name, options=_options(request)
        )
        asked.properties.update(_sent(request.inputs))
        _provider(asked, request)
        return self._ask(lambda: self._stub.Analyze(asked), request.urn)

    def analyze_stack(self, made: Iterable[tuple[Registration, Registered]]) -> list[Violation]:
        """What is wrong with all resources together, as they were registered and answered."""
        asked = analyzer_pb2.AnalyzeStackRequest(resources=[_resource(*each) for each in made])
        return self._ask(lambda: self._stub.AnalyzeStack(asked), "")

    def _ask(self, call: Callable[[], Any], urn: str) -> list[Violation]:
        grpc = import_module("grpc")  # ships no types
        try:
            answer = call()
        except grpc.RpcError as error:
            raise self._process.fault(flat(str(error.details()))) from error
        return [_violation(each, urn) for each in answer.diagnostics]

    @cached_property
    def _stub(self) -> analyzer_pb2_grpc.AnalyzerStub:
        grpc = import_module("grpc")
        options = [
            ("grpc.max_receive_message_length", MESSAGE_BYTES),
            ("grpc.max_send_message_length", MESSAGE_BYTES),
        ]
        return analyzer_pb2_grpc.AnalyzerStub(grpc.insecure_channel(self._process.address(), options))


def _violation(diagnostic: Any, urn: str) -> Violation:
    return Violation(
        policy=diagnostic.policyName,
        mandatory=diagnostic.enforcementLevel != analyzer_pb2.ADVISORY,
        # The SDK puts the policy's description in front of what the policy says.
        message=flat(diagnostic.message.removeprefix(f"{diagnostic.description}\n")),
        urn=urn or diagnostic.urn,
    )


def _options(request: Registration) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=request.protect,
        ignoreChanges=request.ignore_changes,
        deleteBeforeReplace=bool(request.delete_before_replace),
        deleteBeforeReplaceDefined=request.delete_before_replace is not None,
        additionalSecretOutputs=sorted(request.additional_secret_outputs),
        parent=request.parent,
    )


def _resource(request: Registration, answer: Registered) -> analyzer_pb2.AnalyzerResource:
    resource = analyzer_pb2.AnalyzerResource(
        type=request.type,
        urn=request.urn,
        name=request.name,
        options=_options(request),
        parent=request.parent,
        dependencies=request.dependencies,
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for name, urns in request.property_dependencies.items()
        },
    )
    # Pulumi sends what came of the inputs. What a component of a provider makes of its inputs, Pulumi sees
    # and we do not: in the place of that, the inputs are sent.
    resource.properties.update(_sent({**request.inputs, **answer.outputs, "id": answer.id}))
    _provider(resource, request)
    return resource


def _provider(message: Any, request: Registration) -> None:
    """Which provider it is; its own settings, credentials among them, are left out."""
    if request.provider:
        message.provider.urn = request.provider
        message.provider.type = type_of(request.provider)
        message.provider.name = name_of(request.provider)


def _sent(value: Any) -> Any:
    """A value on its way to the pack: a resource is its id there."""
    part = referenced(value)
    if part is not None:
        return part["id"]
    if isinstance(value, dict):
        return {key: _sent(each) for key, each in value.items()}
    return [_sent(each) for each in value] if isinstance(value, list) else value
