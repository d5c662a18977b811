"""Another stack of this program, by its outputs alone."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pulumi

from knowledge.stack_contract import (
    CLUSTER_OUTPUTS,
    POOL_KINDS,
    ClusterContract,
    ContractError,
    PoolContract,
    check_test,
    check_version,
    cluster_contract,
    pool_contract,
    system_nodes,
)
from knowledge.system_nodes import Labels
from settings.faults import Fault, SettingsError

Read = TypeVar("Read")

Outputs = dict[str, Any]
Demands = Callable[[ClusterContract], Iterable[Fault]]
"""What a stack finds wrong with its own settings once it knows the platform's cluster."""

READ = (
    "contractVersion",
    "devicePlugins",
    "karpenterVersion",
    "nccl",
    "systemNodeLabels",
    *POOL_KINDS,
    *CLUSTER_OUTPUTS,
)
"""The outputs that are looked at, but for the kubeconfig."""


class Platform:
    """The stack whose cluster this one lives on. Nothing is made with outputs of another version, nor where
    its `demands` are not met: whatever is read here waits for both.

    Outputs are read one by one: the whole map of them is a secret to Pulumi, as the kubeconfig in it is one.
    """

    def __init__(
        self, stack: str, demands: Demands | None = None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Read a stack by its name, `organization/project/stack`."""
        self._stack, self._demands = stack, demands
        self._reference = pulumi.StackReference(stack, opts=opts)
        self._contract = pulumi.Output.all(**{key: self._reference.get_output(key) for key in READ}).apply(
            self._accepted
        )

    @property
    def cluster(self) -> pulumi.Output[ClusterContract]:
        """What a team needs to know of the platform's cluster."""
        return self._contract.apply(self._cluster)

    @property
    def cluster_name(self) -> pulumi.Output[str]:
        """Name of the platform's cluster."""
        return self._contract.apply(lambda outputs: str(outputs["clusterName"]))

    @property
    def system_nodes(self) -> pulumi.Output[Labels]:
        """Labels of the nodes that the platform keeps for what must not run on GPU nodes."""
        return self._contract.apply(system_nodes)

    @property
    def kubeconfig(self) -> pulumi.Output[str]:
        """JSON, secret."""
        read = pulumi.Output.all(self._contract, self._reference.get_output("kubeconfig"))
        return read.apply(lambda contract_and_kubeconfig: contract_and_kubeconfig[1])

    def pool(
        self, name: str, namespace: str, demands: Callable[[PoolContract], Iterable[Fault]]
    ) -> pulumi.Output[PoolContract]:
        """A pool of the platform, for a test in a namespace; pulumi.RunError where the pool is not there, the
        platform's own test is in the same place, or `demands` has faults."""
        return self._contract.apply(lambda outputs: self._pool(name, namespace, demands, outputs))

    def _accepted(self, outputs: Outputs) -> Outputs:
        _refused_in_one_line(lambda: check_version(self._stack, outputs))
        if self._demands is not None:
            _refuse(self._demands(self._cluster(outputs)))
        return outputs

    def _cluster(self, outputs: Outputs) -> ClusterContract:
        return _refused_in_one_line(lambda: cluster_contract(self._stack, outputs))

    def _pool(
        self,
        name: str,
        namespace: str,
        demands: Callable[[PoolContract], Iterable[Fault]],
        outputs: Outputs,
    ) -> PoolContract:
        _refused_in_one_line(lambda: check_test(self._stack, outputs, namespace))
        pool = _refused_in_one_line(lambda: pool_contract(self._stack, outputs, name))
        _refuse(demands(pool))
        return pool


def _refuse(found: Iterable[Fault]) -> None:
    if faults := tuple(found):
        raise pulumi.RunError(str(SettingsError(faults)))


def _refused_in_one_line(read: Callable[[], Read]) -> Read:
    """What `read` gives; Pulumi shows a RunError without a traceback."""
    try:
        return read()
    except ContractError as error:
        raise pulumi.RunError(str(error)) from None
