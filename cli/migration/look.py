"""Looks at a cluster and its groups, for the planner to decide on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lightkube.core.exceptions import ApiError
from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Node
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.policy_v1 import PodDisruptionBudget

from cli.cluster import NOT_FOUND, Cluster
from cli.karpenter import karpenter_state, provisioners
from cli.migration.groups import Aws
from cli.migration.scene import GroupNode, Offer, Seen
from knowledge.cluster_autoscaler import NAME, NAMESPACE
from knowledge.hardware import InstanceType
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE
from knowledge.quantities import parse_quantity
from settings.tree import Settings

MARK = "eks-efa/migrating"
"""Annotation of a node that a migration has begun to empty, so that the next run goes on with it."""

INSTANCE_TYPE = "node.kubernetes.io/instance-type"


def look(stack: str, settings: Settings, cluster: Cluster, aws: Aws) -> Seen:
    """One look at everything."""
    autoscaler = cluster_autoscaler(cluster)
    nodes = {instance_of(node): _group_node(node) for node in cluster.nodes()}
    return Seen(
        autoscaler=settings.autoscaler,
        karpenter=_karpenter(cluster),
        cluster_autoscaler=replicas(autoscaler) if autoscaler else None,
        groups=aws.groups(stack, settings.cluster.name, nodes),
        offers=offers(cluster.node_pools(), settings, aws),
        pods=tuple(cluster.pods()),
        budgets=tuple(cluster.client.list(PodDisruptionBudget, namespace="*")),
        adopted=settings.cluster.existing is not None,
    )


def cluster_autoscaler(cluster: Cluster) -> Deployment | None:
    """The Deployment of the stack's release; None where there is none."""
    try:
        return cluster.client.get(Deployment, NAME, namespace=NAMESPACE)
    except ApiError as error:
        if error.status.code == NOT_FOUND:
            return None
        raise


def replicas(deployment: Deployment) -> int:
    """Replicas that a Deployment wants; 1 where it does not say."""
    wanted = deployment.spec.replicas if deployment.spec else None
    return 1 if wanted is None else wanted


def instance_of(node: Node) -> str:
    """The instance that a node is: `i-0abc` of `aws:///us-west-2a/i-0abc`."""
    return ((node.spec.providerID if node.spec else None) or "").rpartition("/")[2]


def _group_node(node: Node) -> GroupNode:
    annotations = (node.metadata.annotations if node.metadata else None) or {}
    name = (node.metadata.name if node.metadata else None) or ""
    return GroupNode(name, instance_of(node), marked=annotations.get(MARK) == "true")


def _karpenter(cluster: Cluster) -> str | None:
    state = karpenter_state(cluster.karpenter_deployment(), cluster.karpenter_pods())
    if state.version is None:
        return "is not installed; run up with autoscaler: both"
    return None if state.ready else f"{state.version} is not ready; see: eks-efa status"


def offers(pools: Sequence[Generic], settings: Settings, aws: Aws) -> tuple[Offer, ...]:
    """What each NodePool can bring, by what EC2 says of its instance types."""
    ready = {each.name: each.reason for each in provisioners(pools)}
    without_efa = {each.name for each in settings.provisioners if each.efa == "none"}
    allowed = {_name(pool): allowed_labels(pool) for pool in pools}
    types = {name for labels in allowed.values() for name in labels.get(INSTANCE_TYPE, ())}
    hardware = {each.name: each for each in aws.instance_types(sorted(types))}
    return tuple(
        Offer(
            name=name,
            taints=_template(pool).get("spec", {}).get("taints") or (),
            allowed=allowed[name],
            capacities=[
                capacity(hardware[each], efa=name not in without_efa)
                for each in sorted(allowed[name].get(INSTANCE_TYPE, ()))
                if each in hardware
            ],
            reason=ready[name] or at_its_limit(pool) or _of_unknown_size(allowed[name]),
        )
        for pool, name in ((pool, _name(pool)) for pool in pools)
    )


def allowed_labels(pool: Generic) -> dict[str, frozenset[str]]:
    """Values that the labels of a NodePool's nodes can have, for those labels that it narrows down."""
    template = _template(pool)
    labels = {key: frozenset({value}) for key, value in _labels(template).items()}
    requirements = template.get("spec", {}).get("requirements") or ()
    narrowed = {each["key"]: frozenset(each["values"]) for each in requirements if each["operator"] == "In"}
    return {**narrowed, **labels, "karpenter.sh/nodepool": frozenset({_name(pool)})}


def capacity(instance_type: InstanceType, *, efa: bool) -> Mapping[str, Decimal]:
    """What a node of a type has at most; what the system keeps of CPU and memory is not taken off."""
    return {
        "cpu": Decimal(instance_type.vcpus),
        "memory": Decimal(instance_type.memory_mib) * 2**20,
        GPU_RESOURCE: Decimal(instance_type.gpus),
        EFA_RESOURCE: Decimal(instance_type.efa_interfaces if efa else 0),
    }


def at_its_limit(pool: Generic) -> str | None:
    """Which limit of a NodePool leaves no room for a node; None where there is room for one at least.

    Of CPU and memory a node takes as much as its type has, so that Karpenter must say.
    """
    limits: Mapping[str, Any] = (pool.get("spec") or {}).get("limits") or {}
    used: Mapping[str, Any] = (pool.get("status") or {}).get("resources") or {}
    return next(_full(limits, used, ("nodes", GPU_RESOURCE)), None)


def _of_unknown_size(allowed: Mapping[str, frozenset[str]]) -> str | None:
    """What to say of a NodePool of somebody's who chooses instances by another property than their type."""
    return None if allowed.get(INSTANCE_TYPE) else "names no instance types: what its nodes hold is unknown"


def _full(limits: Mapping[str, Any], used: Mapping[str, Any], resources: Iterable[str]) -> Iterator[str]:
    for resource in (resource for resource in resources if resource in limits):
        most, taken = (parse_quantity(str(each.get(resource, "0"))) for each in (limits, used))
        if isinstance(most, Decimal) and isinstance(taken, Decimal) and taken >= most:
            yield f"is at its limit of {limits[resource]} {resource}"


def _template(pool: Generic) -> Mapping[str, Any]:
    template: Mapping[str, Any] = (pool.get("spec") or {}).get("template") or {}
    return template


def _labels(template: Mapping[str, Any]) -> Mapping[str, str]:
    labels: Mapping[str, str] = (template.get("metadata") or {}).get("labels") or {}
    return labels


def _name(pool: Generic) -> str:
    return (pool.metadata.name if pool.metadata else None) or ""
