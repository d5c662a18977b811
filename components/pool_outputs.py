"""What a stack exports of a node group or provisioner: the same of the platform's and of a team's own."""

from typing import Any

from components.efa_node_group import EfaNodeGroup
from components.pools import contract_of
from components.provisioner import Provisioner
from components.stack_plan import NodeGroupPlan, ProvisionerPlan
from knowledge.stack_contract import PoolContract


def node_group_output(group: EfaNodeGroup, plan: NodeGroupPlan) -> dict[str, Any]:
    """One entry of the output `nodeGroups`."""
    contract = contract_of(plan)
    return {
        "nodeGroup": group.node_group_name,
        "instanceType": contract.instance_type,
        **_nodes(contract),
        "zone": plan.zone,
        "capacityType": plan.settings.capacity_type,
        "placementGroup": group.placement_group_name,
        "launchTemplateId": group.launch_template_id,
    }


def provisioner_output(provisioner: Provisioner, plan: ProvisionerPlan) -> dict[str, Any]:
    """One entry of the output `provisioners`."""
    contract = contract_of(plan)
    return {
        "nodePool": provisioner.node_pool_name,
        "nodeClass": provisioner.node_class_name,
        "instanceTypes": list(contract.instance_types),
        **_nodes(contract),
        "zone": plan.zone,
        "capacityTypes": list(plan.settings.capacity_types),
    }


def _nodes(contract: PoolContract) -> dict[str, Any]:
    """What `knowledge.stack_contract.pool_contract` reads back, but for the types."""
    return {
        "gpusPerNode": contract.gpus_per_node,
        "gpuMemoryMib": contract.gpu_memory_mib,
        "gpuNames": list(contract.gpu_names),
        "efaInterfacesPerNode": contract.efa_interfaces_per_node,
        "maxNodes": contract.max_nodes,
        "taints": list(contract.taints),
    }
