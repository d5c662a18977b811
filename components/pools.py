"""Node groups and provisioners as one kind of thing: what a job may rely on in every node of a pool."""

from collections.abc import Sequence

from components.node_pool import kubernetes_taint
from components.stack_plan import NodeGroupPlan, ProvisionerPlan, StackPlan
from knowledge.efa_interfaces import InterfacePlan, efa_count
from knowledge.hardware import InstanceType
from knowledge.stack_contract import PoolContract
from settings.nodes import NodeGroupSettings, ProvisionerSettings


def contract_of(plan: NodeGroupPlan | ProvisionerPlan) -> PoolContract:
    """The pool's contract."""
    if isinstance(plan, NodeGroupPlan):
        return _contract(plan.settings, [plan.instance_type], [plan.interfaces])
    return _contract(plan.settings, plan.instance_types, plan.interfaces)


def _contract(
    settings: NodeGroupSettings | ProvisionerSettings,
    types: Sequence[InstanceType],
    layouts: Sequence[InterfacePlan],
) -> PoolContract:
    """Where the types differ, counts are the least that every node has."""
    return PoolContract(
        name=settings.name,
        instance_types=tuple(instance_type.name for instance_type in types),
        gpus_per_node=min(instance_type.gpus for instance_type in types),
        gpu_memory_mib=min(instance_type.memory_of_one_gpu for instance_type in types),
        efa_interfaces_per_node=min(efa_count(layout) for layout in layouts),
        max_nodes=settings.most_nodes,
        taints=tuple(kubernetes_taint(taint) for taint in settings.taints),
        gpu_names=tuple(dict.fromkeys(each.gpu_name for each in types if each.gpu_name)),
    )


def tested_pool(plan: StackPlan) -> NodeGroupPlan | ProvisionerPlan | None:
    """The pool that `nccl.pool` names; None for a stack without a test."""
    pools: tuple[NodeGroupPlan | ProvisionerPlan, ...] = (*plan.node_groups, *plan.provisioners)
    return next((pool for pool in pools if pool.settings.name == plan.settings.nccl.pool), None)
