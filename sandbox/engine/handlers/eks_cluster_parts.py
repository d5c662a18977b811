"""What `eks:index:Cluster` asks of EKS and IAM."""

import json
from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.ec2_tags import where
from sandbox.engine.handlers.spelling import tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")

_UNSUPPORTED = (
    "accessEntries",
    "autoMode",
    "createOidcProvider",
    "fargate",
    "nodeGroupOptions",
    "roleMappings",
    "storageClasses",
    "userMappings",
    "vpcCniOptions",
)

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "ControlPlane",
            "Effect": "Allow",
            "Principal": {"Service": "eks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def refuse_unsupported(inputs: Properties) -> None:
    """SandboxError for what the component would make and this handler does not."""
    asked = [name for name in _UNSUPPORTED if inputs.get(name)]
    for name in ("skipDefaultNodeGroup", "skipDefaultSecurityGroups", "useDefaultVpcCni"):
        if not inputs.get(name):
            asked.append(f"{name}=false")
    for name in ("kubeProxyAddonOptions", "corednsAddonOptions"):
        if (inputs.get(name) or {}).get("enabled", True):
            asked.append(f"{name}.enabled=true")
    if asked:
        remedy = "make them as resources of their own, or extend sandbox/engine/handlers/eks_cluster.py"
        raise SandboxError(", ".join(asked), "not made by the sandbox", remedy)


def describe(world: World, name: str) -> Any:
    """The cluster as EKS describes it."""
    return world.eks.describe_cluster(name=name)["cluster"]


def create_arguments(name: str, role_arn: str, inputs: Properties) -> dict[str, Any]:
    """CreateCluster's arguments."""
    arguments: dict[str, Any] = {
        "name": name,
        "roleArn": role_arn,
        "resourcesVpcConfig": {"subnetIds": _subnets(inputs), **endpoint_access(inputs)},
        "logging": logging(inputs),
        "accessConfig": {
            "authenticationMode": inputs.get("authenticationMode", "CONFIG_MAP"),
            # pulumi-eks asks for it whatever it is told.
            "bootstrapClusterCreatorAdminPermissions": True,
        },
        "bootstrapSelfManagedAddons": inputs.get("bootstrapSelfManagedAddons", True),
        "deletionProtection": inputs.get("deletionProtection", False),
        "upgradePolicy": upgrade_policy(inputs),
        "tags": {**tags_of(inputs), **inputs.get("clusterTags", {})},
    }
    if "version" in inputs:
        arguments["version"] = inputs["version"]
    if "kubernetesServiceIpAddressRange" in inputs:
        arguments["kubernetesNetworkConfig"] = {"serviceIpv4Cidr": inputs["kubernetesServiceIpAddressRange"]}
    if "encryptionConfigKeyArn" in inputs:
        key = {"keyArn": inputs["encryptionConfigKeyArn"]}
        arguments["encryptionConfig"] = [{"resources": ["secrets"], "provider": key}]
    return arguments


def upgrade_policy(inputs: Properties) -> Any:
    """What EKS does when standard support ends; EXTENDED by default, as EKS has it."""
    return inputs.get("upgradePolicy") or {"supportType": "EXTENDED"}


def _subnets(inputs: Properties) -> list[str]:
    chosen: list[str] = inputs.get("subnetIds") or []
    return chosen or [*inputs.get("publicSubnetIds", []), *inputs.get("privateSubnetIds", [])]


def endpoint_access(inputs: Properties) -> Any:
    """Who reaches the API endpoint; public by default, as EKS has it."""
    access: dict[str, Any] = {
        "endpointPublicAccess": inputs.get("endpointPublicAccess", True),
        "endpointPrivateAccess": inputs.get("endpointPrivateAccess", False),
    }
    if "publicAccessCidrs" in inputs:
        access["publicAccessCidrs"] = inputs["publicAccessCidrs"]
    return access


def logging(inputs: Properties) -> Any:
    """Which control-plane logs are written and which are not."""
    enabled = [kind for kind in _LOG_TYPES if kind in inputs.get("enabledClusterLogTypes", [])]
    disabled = [kind for kind in _LOG_TYPES if kind not in enabled]
    setups = ({"types": enabled, "enabled": True}, {"types": disabled, "enabled": False})
    return {"clusterLogging": [setup for setup in setups if setup["types"]]}


def _service_role(name: str) -> str:
    return f"{name}-eksRole"[:64]  # IAM's limit for a role's name


def service_role_arn(world: World, name: str, inputs: Properties) -> str:
    """The role that EKS acts in: the given one, or one made for the cluster."""
    if "serviceRole" in inputs:
        return world.iam.get_role(RoleName=inputs["serviceRole"])["Role"]["Arn"]
    role = _service_role(name)
    tags = [{"Key": key, "Value": value} for key, value in tags_of(inputs).items()]
    arguments: dict[str, Any] = {
        "RoleName": role,
        "AssumeRolePolicyDocument": json.dumps(_TRUST),
        "Tags": tags,
    }
    arn = world.iam.create_role(**arguments)["Role"]["Arn"]
    policy = f"arn:{world.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
    world.iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    return arn


def service_role_exists(world: World, name: str) -> bool:
    """Whether the role made for the cluster is there."""
    with absent_is_fine():
        return bool(world.iam.get_role(RoleName=_service_role(name)))
    return False


def delete_service_role(world: World, name: str) -> None:
    """Remove the role made for the cluster."""
    role = _service_role(name)
    with absent_is_fine():
        for policy in world.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            world.iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        world.iam.delete_role(RoleName=role)


def delete_launch_templates(world: World, name: str) -> None:
    """Remove the launch templates that Karpenter made for the cluster and, being gone, will not remove.

    It deletes those of a node class while it holds the node class by its finalizer. One that is deleted
    before the finalizer is on it gets a template all the same: the "not found" of the finalizer's patch is
    passed over, and validation goes on (karpenter-provider-aws v1.14.0, pkg/controllers/nodeclass). EKS does
    nothing of the kind, nor need it: on AWS nobody deletes a node class within a tenth of a second.
    """
    pages = world.ec2.get_paginator("describe_launch_templates").paginate(
        Filters=[where("tag:eks:eks-cluster-name", name), where("tag-key", "karpenter.k8s.aws/ec2nodeclass")]
    )
    for template in [template for page in pages for template in page["LaunchTemplates"]]:
        with absent_is_fine():
            world.ec2.delete_launch_template(LaunchTemplateId=template["LaunchTemplateId"])
