"""The stack's outputs: a contract with the command line, the NCCL test and other stacks."""

from typing import Any

from components.gpu_cluster import GpuCluster
from components.stack_plan import NodeGroupPlan, ProvisionerPlan
from knowledge.efa_interfaces import efa_count

CONTRACT_VERSION = 1
"""Grows when an output is renamed, removed or changes its shape; a new output changes nothing."""


def stack_outputs(built: GpuCluster) -> dict[str, Any]:
    """Everything to export, by name."""
    plan = built.plan
    node_groups = {each.settings.name: _node_group(built, each) for each in plan.node_groups}
    return {
        "contractVersion": CONTRACT_VERSION,
        "region": plan.context.region,
        "clusterName": built.cluster.name,
        "clusterEndpoint": built.cluster.endpoint,
        "kubernetesVersion": plan.context.kubernetes_version,
        "kubeconfig": built.cluster.kubeconfig,
        "oidcIssuer": built.cluster.oidc_issuer,
        "nodeRoleArn": built.node_role.arn,
        "karpenterRoleArn": built.autoscaler.role.arn,
        "securityGroups": {
            "cluster": built.cluster.security_group_id,
            "efa": built.efa_security_group.security_group_id,
        },
        "nodeGroups": node_groups,
        "launchTemplateIds": {
            "system": built.system_nodes.launch_template_id,
            **{name: group["launchTemplateId"] for name, group in node_groups.items()},
        },
        "interruptionQueue": built.autoscaler.queue.name,
        "karpenterVersion": plan.settings.karpenter.version,
        "provisioners": {each.settings.name: _provisioner(built, each) for each in plan.provisioners},
    }


def _node_group(built: GpuCluster, plan: NodeGroupPlan) -> dict[str, Any]:
    group = built.node_groups[plan.settings.name]
    return {
        "nodeGroup": group.node_group_name,
        "instanceType": plan.instance_type.name,
        "gpusPerNode": plan.instance_type.gpus,
        "efaInterfacesPerNode": efa_count(plan.interfaces),
        "zone": plan.zone,
        "capacityType": plan.settings.capacity_type,
        "placementGroup": group.placement_group_name,
        "launchTemplateId": group.launch_template_id,
    }


def _provisioner(built: GpuCluster, plan: ProvisionerPlan) -> dict[str, Any]:
    """Where the types differ, counts are the least that every node has: what a job can rely on."""
    provisioner = built.autoscaler.provisioners[plan.settings.name]
    return {
        "nodePool": provisioner.node_pool_name,
        "nodeClass": provisioner.node_class_name,
        "instanceTypes": [instance_type.name for instance_type in plan.instance_types],
        "gpusPerNode": min(instance_type.gpus for instance_type in plan.instance_types),
        "efaInterfacesPerNode": min(efa_count(interfaces) for interfaces in plan.interfaces),
        "zone": plan.zone,
        "capacityTypes": list(plan.settings.capacity_types),
    }
