"""EKS clusters and what belongs to them: addons, access entries, pod identity, tags."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def test_a_cluster_answers_with_the_control_plane_that_was_announced(
    aws: Any, network: Any, cluster: str
) -> None:
    made_up = aws.eks.describe_cluster(name=cluster)["cluster"]["endpoint"]
    assert made_up.endswith(".us-west-2.eks.amazonaws.com")
    announced = {"name": "train", "endpoint": "https://127.0.0.1:6443", "certificate_authority": "Q0E="}
    aws.control("PUT", "cluster", announced)
    described = aws.eks.describe_cluster(name=cluster)["cluster"]
    assert described["endpoint"] == "https://127.0.0.1:6443"
    assert described["certificateAuthority"]["data"] == "Q0E="
    assert (described["status"], described["version"]) == ("ACTIVE", "1.35")
    assert described["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "172.20.0.0/16"
    assert described["accessConfig"]["authenticationMode"] == "API"
    assert described["resourcesVpcConfig"]["vpcId"] == network.vpc_id
    assert described["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.us-west-2.amazonaws.com/id/")
    assert described["logging"]["clusterLogging"][0]["enabled"] is False
    aws.eks.get_waiter("cluster_active").wait(name=cluster)


def test_the_clusters_security_group_is_real_and_goes_with_it(aws: Any, cluster: str) -> None:
    config = aws.eks.describe_cluster(name=cluster)["cluster"]["resourcesVpcConfig"]
    group_id = config["clusterSecurityGroupId"]
    [group] = aws.ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    assert {"Key": "kubernetes.io/cluster/train", "Value": "owned"} in group["Tags"]
    for rules in (group["IpPermissions"], group["IpPermissionsEgress"]):
        assert group_id in {pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]}
    aws.eks.delete_cluster(name=cluster)
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        aws.ec2.describe_security_groups(GroupIds=[group_id])
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.eks.describe_cluster(name=cluster)


def test_a_cluster_keeps_logging_and_encryption_and_takes_changes(aws: Any, network: Any, role: Any) -> None:
    key = aws.kms.create_key(Description="secrets")["KeyMetadata"]["Arn"]
    aws.eks.create_cluster(
        name="prod",
        roleArn=role("plane"),
        version="1.34",
        resourcesVpcConfig={"subnetIds": list(network.subnets.values()), "endpointPublicAccess": False},
        logging={"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": key}}],
        deletionProtection=True,
        tags={"owner": "me"},
    )
    update = aws.eks.update_cluster_config(name="prod", resourcesVpcConfig={"endpointPrivateAccess": True})[
        "update"
    ]
    assert aws.eks.describe_update(name="prod", updateId=update["id"])["update"]["status"] == "Successful"
    aws.eks.update_cluster_version(name="prod", version="1.35")
    described = aws.eks.describe_cluster(name="prod")["cluster"]
    assert described["version"] == "1.35"
    assert described["encryptionConfig"][0]["provider"]["keyArn"] == key
    assert described["logging"]["clusterLogging"][0] == {"types": ["api", "audit"], "enabled": True}
    config = described["resourcesVpcConfig"]
    assert (config["endpointPublicAccess"], config["endpointPrivateAccess"]) == (False, True)
    with pytest.raises(ClientError, match="deletion protection"):
        aws.eks.delete_cluster(name="prod")
    aws.eks.update_cluster_config(name="prod", deletionProtection=False)
    aws.eks.delete_cluster(name="prod")
    assert aws.eks.list_clusters()["clusters"] == []


def test_whoever_creates_a_cluster_has_an_entry_and_gets_no_second_one(
    aws: Any, network: Any, role: Any
) -> None:
    deployer, other = role("deployer"), role("other")
    as_deployer = aws.assuming(deployer)
    as_deployer.eks.create_cluster(
        name="train",
        roleArn=role("plane"),
        resourcesVpcConfig={"subnetIds": list(network.subnets.values())},
        accessConfig={"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
    )
    assert aws.eks.list_access_entries(clusterName="train")["accessEntries"] == [deployer]
    assert (
        aws.eks.describe_access_entry(clusterName="train", principalArn=deployer)["accessEntry"]["tags"] == {}
    )
    [policy] = aws.eks.list_associated_access_policies(clusterName="train", principalArn=deployer)[
        "associatedAccessPolicies"
    ]
    assert policy["policyArn"] == ADMIN
    for client in (aws, as_deployer):
        with pytest.raises(ClientError, match=r"ResourceInUseException.*already in use"):
            client.eks.create_access_entry(clusterName="train", principalArn=deployer)
    as_deployer.eks.create_access_entry(clusterName="train", principalArn=other)


def test_a_cluster_that_asks_for_no_administrator_has_none(aws: Any, network: Any, role: Any) -> None:
    deployer = role("deployer")
    aws.assuming(deployer).eks.create_cluster(
        name="train",
        roleArn=role("plane"),
        resourcesVpcConfig={"subnetIds": list(network.subnets.values())},
        accessConfig={"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
    )
    assert aws.eks.list_access_entries(clusterName="train")["accessEntries"] == []
    aws.eks.create_access_entry(clusterName="train", principalArn=deployer)


def test_bad_clusters_are_refused(aws: Any, network: Any, role: Any, cluster: str) -> None:
    subnets = list(network.subnets.values())
    good = {"name": "x", "roleArn": role("other"), "resourcesVpcConfig": {"subnetIds": subnets}}
    for change, message in (
        ({"name": cluster}, "ResourceInUseException"),
        ({"version": "1.19"}, "unsupported Kubernetes version 1.19"),
        ({"roleArn": "arn:aws:iam::123456789012:role/absent"}, "roleArn .* does not exist"),
        ({"resourcesVpcConfig": {"subnetIds": subnets[:1]}}, "two different AZs"),
    ):
        with pytest.raises(ClientError, match=message):
            aws.eks.create_cluster(**{**good, **change})
    with pytest.raises(ClientError, match=r"update from 1\.35 to 1\.33"):
        aws.eks.update_cluster_version(name=cluster, version="1.33")


def test_cluster_versions_say_which_is_the_default(aws: Any) -> None:
    versions = aws.eks.describe_cluster_versions()["clusterVersions"]
    assert [one["clusterVersion"] for one in versions if one["defaultVersion"]] == ["1.35"]
    [old] = aws.eks.describe_cluster_versions(clusterVersions=["1.32"])["clusterVersions"]
    assert old["versionStatus"] == "EXTENDED_SUPPORT"


def test_eks_makes_no_cluster_of_a_version_from_the_day_on_that_extended_support_ends(
    aws: Any, network: Any, role: Any
) -> None:
    asked = {
        "roleArn": role("plane"),
        "version": "1.31",
        "resourcesVpcConfig": {"subnetIds": list(network.subnets.values())},
    }
    aws.clock.now = datetime(2026, 11, 25, 23, tzinfo=UTC)
    aws.eks.create_cluster(name="in-time", **asked)
    aws.clock.advance(hours=1)
    with pytest.raises(ClientError, match=r"unsupported Kubernetes version 1\.31"):
        aws.eks.create_cluster(name="late", **asked)
    minors = [one["clusterVersion"] for one in aws.eks.describe_cluster_versions()["clusterVersions"]]
    assert minors == ["1.37", "1.36", "1.35", "1.34", "1.33", "1.32"]


def test_an_upgrade_policy_is_kept_and_can_be_set_during_standard_support_only(
    aws: Any, network: Any, role: Any
) -> None:
    asked = {"roleArn": role("plane"), "resourcesVpcConfig": {"subnetIds": list(network.subnets.values())}}
    standard = {"supportType": "STANDARD"}
    aws.eks.create_cluster(name="train", version="1.34", upgradePolicy=standard, **asked)
    assert aws.eks.describe_cluster(name="train")["cluster"]["upgradePolicy"] == standard
    aws.eks.update_cluster_config(name="train", upgradePolicy={"supportType": "EXTENDED"})
    aws.clock.now = datetime(2026, 12, 2, tzinfo=UTC)
    with pytest.raises(ClientError, match=r"1\.34 is in extended support"):
        aws.eks.update_cluster_config(name="train", upgradePolicy=standard)
    with pytest.raises(ClientError, match=r"1\.34 is in extended support"):
        aws.eks.create_cluster(name="other", version="1.34", upgradePolicy=standard, **asked)
    aws.eks.update_cluster_version(name="train", version="1.35")
    aws.eks.update_cluster_config(name="train", upgradePolicy=standard)


def test_an_addon_is_installed_at_the_default_version_changed_and_removed(
    aws: Any, cluster: str, role: Any
) -> None:
    [offered] = aws.eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.35")["addons"]
    default = next(
        one["addonVersion"] for one in offered["addonVersions"] if one["compatibilities"][0]["defaultVersion"]
    )
    aws.eks.create_addon(
        clusterName=cluster,
        addonName="vpc-cni",
        configurationValues="{}",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": role("cni")}],
        tags={"owner": "me"},
    )
    addon = aws.eks.describe_addon(clusterName=cluster, addonName="vpc-cni")["addon"]
    assert (addon["status"], addon["addonVersion"], addon["tags"]) == ("ACTIVE", default, {"owner": "me"})
    assert len(addon["podIdentityAssociations"]) == 1
    with pytest.raises(ClientError, match="ResourceInUseException"):
        aws.eks.create_addon(clusterName=cluster, addonName="vpc-cni")
    with pytest.raises(ClientError, match=r"InvalidParameterException.*supported: v"):
        aws.eks.update_addon(clusterName=cluster, addonName="vpc-cni", addonVersion="v0.0.1")
    aws.eks.update_addon(
        clusterName=cluster, addonName="vpc-cni", addonVersion=offered["addonVersions"][-1]["addonVersion"]
    )
    assert aws.eks.list_addons(clusterName=cluster)["addons"] == ["vpc-cni"]
    aws.eks.delete_addon(clusterName=cluster, addonName="vpc-cni")
    aws.eks.get_waiter("addon_deleted").wait(clusterName=cluster, addonName="vpc-cni")
    assert aws.eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []


def test_an_addon_whose_role_is_missing_is_not_installed(aws: Any, cluster: str, role: Any) -> None:
    wanted = [
        {"serviceAccount": "aws-node", "roleArn": role("cni")},
        {"serviceAccount": "other", "roleArn": "arn:aws:iam::123456789012:role/absent"},
    ]
    with pytest.raises(ClientError, match="does not exist"):
        aws.eks.create_addon(clusterName=cluster, addonName="vpc-cni", podIdentityAssociations=wanted)
    assert aws.eks.list_addons(clusterName=cluster)["addons"] == []
    assert aws.eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []
    aws.eks.create_addon(clusterName=cluster, addonName="vpc-cni", podIdentityAssociations=wanted[:1])
    with pytest.raises(ClientError, match="does not exist"):
        aws.eks.update_addon(clusterName=cluster, addonName="vpc-cni", podIdentityAssociations=wanted)
    left = aws.eks.list_pod_identity_associations(clusterName=cluster)["associations"]
    assert [one["serviceAccount"] for one in left] == ["aws-node"]


def test_an_update_says_what_it_was_about(aws: Any, cluster: str) -> None:
    logs = {"clusterLogging": [{"types": ["api"], "enabled": True}]}
    kinds: dict[str, dict[str, Any]] = {
        "LoggingUpdate": {"logging": logs},
        "EndpointAccessUpdate": {"resourcesVpcConfig": {"endpointPublicAccess": False}},
        "DeletionProtectionUpdate": {"deletionProtection": True},
    }
    for kind, change in kinds.items():
        assert aws.eks.update_cluster_config(name=cluster, **change)["update"]["type"] == kind


def test_all_five_addons_have_a_default_for_the_newest_version(aws: Any) -> None:
    addons = aws.eks.describe_addon_versions(kubernetesVersion="1.36")["addons"]
    assert {one["addonName"] for one in addons} == {
        "vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent", "aws-ebs-csi-driver",
    }  # fmt: skip


def test_an_access_entry_gets_a_policy_and_loses_it_again(aws: Any, cluster: str, role: Any) -> None:
    admin = role("admin")
    made = aws.eks.create_access_entry(clusterName=cluster, principalArn=admin, tags={"owner": "me"})[
        "accessEntry"
    ]
    assert made["type"] == "STANDARD"
    for _ in range(2):
        aws.eks.associate_access_policy(
            clusterName=cluster, principalArn=admin, policyArn=ADMIN, accessScope={"type": "cluster"}
        )
    policies = aws.eks.list_associated_access_policies(clusterName=cluster, principalArn=admin)
    assert [one["policyArn"] for one in policies["associatedAccessPolicies"]] == [ADMIN]
    creators = aws.eks.list_access_entries(clusterName=cluster, associatedPolicyArn=ADMIN)["accessEntries"]
    assert len(creators) == 2
    aws.eks.update_access_entry(clusterName=cluster, principalArn=admin, kubernetesGroups=["ops"])
    aws.eks.disassociate_access_policy(clusterName=cluster, principalArn=admin, policyArn=ADMIN)
    aws.eks.delete_access_entry(clusterName=cluster, principalArn=admin)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.eks.describe_access_entry(clusterName=cluster, principalArn=admin)
    assert any(one["arn"] == ADMIN for one in aws.eks.list_access_policies()["accessPolicies"])


def test_a_node_entry_takes_no_groups_and_no_policies(aws: Any, cluster: str, role: Any) -> None:
    node = role("node")
    with pytest.raises(ClientError, match="kubernetesGroups"):
        aws.eks.create_access_entry(
            clusterName=cluster, principalArn=node, type="EC2_LINUX", kubernetesGroups=["ops"]
        )
    entry = aws.eks.create_access_entry(clusterName=cluster, principalArn=node, type="EC2_LINUX")[
        "accessEntry"
    ]
    assert entry["username"] == "system:node:{{EC2PrivateDNSName}}"
    with pytest.raises(ClientError, match="cannot be associated"):
        aws.eks.associate_access_policy(
            clusterName=cluster, principalArn=node, policyArn=ADMIN, accessScope={"type": "cluster"}
        )


def test_a_service_account_has_one_role_by_pod_identity(aws: Any, cluster: str, role: Any) -> None:
    first, second = role("karpenter"), role("karpenter-2")
    given = {"clusterName": cluster, "namespace": "kube-system", "serviceAccount": "karpenter"}
    made = aws.eks.create_pod_identity_association(**given, roleArn=first, tags={"owner": "me"})[
        "association"
    ]
    with pytest.raises(ClientError, match="ResourceInUseException"):
        aws.eks.create_pod_identity_association(**given, roleArn=second)
    with pytest.raises(ClientError, match="does not exist"):
        aws.eks.create_pod_identity_association(
            clusterName=cluster, namespace="a", serviceAccount="b", roleArn=f"{first}-not"
        )
    which = {"clusterName": cluster, "associationId": made["associationId"]}
    aws.eks.update_pod_identity_association(**which, roleArn=second)
    assert aws.eks.describe_pod_identity_association(**which)["association"]["roleArn"] == second
    assert (
        len(
            aws.eks.list_pod_identity_associations(clusterName=cluster, namespace="kube-system")[
                "associations"
            ]
        )
        == 1
    )
    aws.eks.delete_pod_identity_association(**which)
    assert aws.eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []


def test_every_eks_resource_takes_tags_by_arn(aws: Any, cluster: str, role: Any) -> None:
    addon = aws.eks.create_addon(clusterName=cluster, addonName="coredns")["addon"]["addonArn"]
    entry = aws.eks.create_access_entry(clusterName=cluster, principalArn=role("admin"))["accessEntry"]
    plane = aws.eks.describe_cluster(name=cluster)["cluster"]["arn"]
    for arn in (addon, entry["accessEntryArn"], plane):
        aws.eks.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        aws.eks.untag_resource(resourceArn=arn, tagKeys=["a"])
        assert aws.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    with pytest.raises(ClientError, match="NotFoundException"):
        aws.eks.list_tags_for_resource(resourceArn=f"{plane}-not")
