"""The stack's outputs: a contract with the command line, the NCCL test and other stacks (docs/outputs.md)."""

from typing import Any

from components.gpu_cluster import GpuCluster
from components.pool_outputs import node_group_output, provisioner_output
from knowledge.stack_contract import CONTRACT_VERSION


def stack_outputs(built: GpuCluster) -> dict[str, Any]:
    """Everything to export, by name."""
    plan = built.plan
    node_groups = {
        each.settings.name: node_group_output(built.node_groups[each.settings.name], each)
        for each in plan.node_groups
    }
    outputs = {
        "contractVersion": CONTRACT_VERSION,
        "region": plan.context.region,
        "clusterName": built.cluster.name,
        "clusterEndpoint": built.cluster.endpoint,
        "kubernetesVersion": plan.context.kubernetes_version,
        "kubeconfig": built.cluster.kubeconfig,
        "oidcIssuer": built.cluster.oidc_issuer,
        "nodeRoleArn": built.node_role.arn,
        "nodeRoleName": built.node_role.name,
        "privateSubnets": built.network.private_subnet_ids,
        "systemNodeLabels": plan.settings.system_node_labels,
        "networkPolicies": plan.settings.cluster.network_policies,
        "devicePlugins": {
            "nvidia": plan.settings.device_plugins.nvidia.enabled,
            "efa": plan.settings.device_plugins.efa.enabled,
        },
        "securityGroups": {
            "cluster": built.cluster.security_group_id,
            "efa": built.efa_security_group.security_group_id,
            "further": list(plan.settings.further_security_group_ids),
        },
        "nodeGroups": node_groups,
        "launchTemplateIds": {
            **({"system": built.system_nodes.launch_template_id} if built.system_nodes else {}),
            **{name: group["launchTemplateId"] for name, group in node_groups.items()},
        },
        "provisioners": {},
    }
    if karpenter := built.autoscaler:
        outputs |= {
            "karpenterRoleArn": karpenter.role.arn,
            "interruptionQueue": karpenter.queue.name,
            "karpenterVersion": plan.settings.karpenter.version,
            "provisioners": {
                each.settings.name: provisioner_output(karpenter.provisioners[each.settings.name], each)
                for each in plan.provisioners
            },
        }
    if built.image_registry:
        outputs["imageRepository"] = built.image_registry.repository_url
    if built.nccl_test:
        outputs["nccl"] = built.nccl_test.outputs
    return outputs
