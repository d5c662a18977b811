"""What `eks:index:Cluster` answers the program, from EKS's description of the cluster."""

import json
from typing import Any

from sandbox.engine.values import Properties, reference


def component_outputs(cluster: Any, kubeconfig: dict[str, Any], inputs: Properties) -> Properties:
    """What pulumi-eks's plugin answers (cluster.ts, createCluster)."""
    issuer = cluster["identity"]["oidc"]["issuer"]
    security_group = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    resource = reference(
        "aws:eks/cluster:Cluster",
        f"{cluster['name']}-eksCluster",
        cluster["name"],
        cluster_outputs(cluster, inputs),
    )
    return {
        "eksCluster": resource,
        "kubeconfig": kubeconfig,
        "kubeconfigJson": json.dumps(kubeconfig),
        "clusterSecurityGroupId": security_group,
        "nodeSecurityGroupId": security_group,
        "clusterIngressRuleId": "",
        "defaultNodeGroupAsgName": "",
        "fargateProfileId": "",
        "fargateProfileStatus": "",
        "instanceRoles": [],
        "oidcProviderArn": "",  # none is made
        "oidcProviderUrl": issuer,
        "oidcIssuer": issuer.removeprefix("https://"),
        "autoModeNodeRoleName": "",
    }


def cluster_outputs(cluster: Any, inputs: Properties) -> Properties:
    """Outputs of `aws:eks/cluster:Cluster` from EKS's description."""
    vpc, network = cluster["resourcesVpcConfig"], cluster.get("kubernetesNetworkConfig") or {}
    encryption = cluster.get("encryptionConfig") or []
    tags = cluster.get("tags") or {}
    return {
        "name": cluster["name"],
        "arn": cluster["arn"],
        "accessConfig": {
            "authenticationMode": (cluster.get("accessConfig") or {}).get("authenticationMode", "")
        },
        "certificateAuthority": {"data": cluster["certificateAuthority"]["data"]},
        "createdAt": cluster["createdAt"].isoformat(),
        "deletionProtection": cluster.get("deletionProtection", False),
        "enabledClusterLogTypes": inputs.get("enabledClusterLogTypes", []),
        "encryptionConfig": encryption[0] if encryption else None,
        "endpoint": cluster["endpoint"],
        "identities": [{"oidcs": [{"issuer": cluster["identity"]["oidc"]["issuer"]}]}],
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": network.get("serviceIpv4Cidr", ""),
            "ipFamily": network.get("ipFamily", "ipv4"),
        },
        "platformVersion": cluster["platformVersion"],
        "roleArn": cluster["roleArn"],
        "status": cluster["status"],
        "tags": tags,
        "tagsAll": tags,
        "version": cluster["version"],
        "vpcConfig": {
            "clusterSecurityGroupId": vpc.get("clusterSecurityGroupId", ""),
            "endpointPrivateAccess": vpc.get("endpointPrivateAccess", False),
            "endpointPublicAccess": vpc.get("endpointPublicAccess", True),
            "publicAccessCidrs": vpc.get("publicAccessCidrs", []),
            "securityGroupIds": vpc.get("securityGroupIds", []),
            "subnetIds": vpc.get("subnetIds", []),
            "vpcId": vpc.get("vpcId", ""),
        },
    }
