"""The outputs of a stack as a contract: what other stacks may rely on, and how they read it.

A stack on a platform knows the platform by its outputs alone, so what it cannot read there it must refuse in
one line that says which of the two stacks to change. docs/outputs.md lists them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.system_nodes import OWN, Labels

CONTRACT_VERSION = 1
"""Grows when an output is renamed, removed or changes its shape; a new output changes nothing."""

POOL_KINDS = ("nodeGroups", "provisioners")
"""The outputs that hold pools, each by name."""


CLUSTER_OUTPUTS = (
    "clusterName",
    "region",
    "nodeRoleName",
    "privateSubnets",
    "securityGroups",
    "networkPolicies",
)
"""What a `ClusterContract` is read from, besides the pools."""


class ContractError(ValueError):
    """Outputs that cannot be used. As text: one line with the stack, what is wrong and how to mend it."""


@dataclass(frozen=True)
class PoolContract:
    """What a job can rely on in every node of a node group or provisioner."""

    name: str
    instance_types: tuple[str, ...]
    gpus_per_node: int
    gpu_memory_mib: int
    """Of one GPU."""
    efa_interfaces_per_node: int
    max_nodes: int
    taints: tuple[Mapping[str, str], ...]
    """As Kubernetes writes them: `key`, `effect` and, unless empty, `value`."""
    gpu_names: tuple[str, ...] = ()
    """Kinds of GPU that nodes have, such as `H100`; empty where an older platform says nothing of them."""

    @property
    def instance_type(self) -> str | None:
        """The one type that every node is of, None where there are several."""
        return self.instance_types[0] if len(self.instance_types) == 1 else None


@dataclass(frozen=True)
class ClusterContract:
    """What a team's rights and its own provisioners rest on in the cluster of its platform."""

    cluster_name: str
    region: str
    node_role_name: str
    """IAM role of nodes; EKS knows it already."""
    private_subnets: Mapping[str, str]
    """Ids by zone."""
    security_group_ids: tuple[str, ...]
    """Of nodes: the cluster's, the EFA one, and further ones of a cluster that is somebody else's."""
    network_policies: bool
    """Whether NetworkPolicies are enforced."""
    has_karpenter: bool
    device_plugins: Mapping[str, bool] | None
    """Whether it installs the plugins for `nvidia` and `efa`, which get to nodes of teams too. None of a
    platform that an older program made, whose plugins know its own pools only."""
    pools: tuple[str, ...]
    """Names of its node groups and provisioners."""


def cluster_contract(stack: str, outputs: Mapping[str, Any]) -> ClusterContract:
    """The cluster in the outputs of a stack; ContractError where they do not say enough."""
    check_version(stack, outputs)
    for key in CLUSTER_OUTPUTS:
        if outputs.get(key) is None:
            raise _unsaid(stack, key)
    groups = outputs["securityGroups"]
    return ClusterContract(
        cluster_name=outputs["clusterName"],
        region=outputs["region"],
        node_role_name=outputs["nodeRoleName"],
        private_subnets=outputs["privateSubnets"],
        security_group_ids=(groups["cluster"], groups["efa"], *groups.get("further", ())),
        network_policies=outputs["networkPolicies"],
        has_karpenter=outputs.get("karpenterVersion") is not None,
        device_plugins=outputs.get("devicePlugins"),
        pools=tuple(sorted(_pools(outputs))),
    )


def _pools(outputs: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {name: pool for kind in POOL_KINDS for name, pool in (outputs.get(kind) or {}).items()}


def _unsaid(stack: str, what: str) -> ContractError:
    cure = "run `up` on it with this version of the program"
    return ContractError(f"platform: {stack} says nothing of {what}; {cure}")


def pool_contract(stack: str, outputs: Mapping[str, Any], name: str) -> PoolContract:
    """The pool of that name in the outputs of a stack; ContractError where they do not have it."""
    check_version(stack, outputs)
    pools = _pools(outputs)
    if name not in pools:
        there = f"it has {', '.join(sorted(pools))}" if pools else "it has none"
        raise ContractError(f'nccl.pool: {stack} has no node group or provisioner "{name}"; {there}')
    pool = pools[name]
    try:
        return PoolContract(
            name=name,
            instance_types=tuple(pool.get("instanceTypes") or (pool["instanceType"],)),
            gpus_per_node=int(pool["gpusPerNode"]),
            gpu_memory_mib=int(pool["gpuMemoryMib"]),
            efa_interfaces_per_node=int(pool["efaInterfacesPerNode"]),
            max_nodes=int(pool["maxNodes"]),
            taints=tuple(pool["taints"]),
            gpu_names=tuple(pool.get("gpuNames") or ()),
        )
    except KeyError as error:
        raise _unsaid(stack, f"{error.args[0]} of {name}") from None


def system_nodes(outputs: Mapping[str, Any]) -> Labels:
    """Labels of the platform's system nodes, in outputs that have been accepted; an older platform says
    nothing of them, and has a group of its own."""
    labels: Labels = outputs.get("systemNodeLabels") or OWN
    return labels


def check_test(stack: str, outputs: Mapping[str, Any], namespace: str) -> None:
    """Raise ContractError where the stack has an NCCL test of its own in that namespace: a second one there
    would be the same jobs."""
    if (outputs.get("nccl") or {}).get("namespace") == namespace:
        what = f"{stack} has an NCCL test in namespace {namespace} already"
        raise ContractError(f"nccl.pool: {what}; give this stack a team, or take nccl out of one of the two")


def check_version(stack: str, outputs: Mapping[str, Any]) -> None:
    """Raise ContractError for outputs of another version of the contract, or of none."""
    version = outputs.get("contractVersion")
    if version is None:
        what = "has no output contractVersion"
        raise ContractError(f"platform: {stack} {what}; name a deployed stack of this program")
    if version != CONTRACT_VERSION:
        newer = isinstance(version, int | float) and version > CONTRACT_VERSION
        cure = "update this program" if newer else "run `up` on it with this version of the program"
        told = f"{version:g}" if isinstance(version, int | float) else repr(version)
        what = f"{stack} keeps version {told} of the contract, this program {CONTRACT_VERSION}"
        raise ContractError(f"platform: {what}; {cure}")
