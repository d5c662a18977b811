"""The EKS control plane, by pulumi-eks.

pulumi-eks makes the cluster, its service role and a kubeconfig, and nothing else here: no node group, no OIDC
provider, no aws-auth ConfigMap (API mode: access entries only), no addon. The addons are our own
(`addons.py`), because their order relative to nodes matters and pulumi-eks ties it to a node group of its
own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from components.context import StackContext
from components.kubernetes_cluster import KubernetesCluster
from components.kubernetes_provider import cluster_provider
from knowledge.discovery import DISCOVERY_TAG
from settings.cluster import ClusterSettings

HTTPS = 443


@dataclass(frozen=True)
class ClusterArgs:
    """Where the control plane is put and how it is locked."""

    context: StackContext
    settings: ClusterSettings
    admin_role_arns: Sequence[str]
    """IAM roles that get an access entry as administrators."""
    vpc_id: pulumi.Input[str]
    private_subnet_ids: Sequence[pulumi.Input[str]]
    """Two zones or more; the control plane puts its interfaces into them."""
    secrets_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]


class Cluster(KubernetesCluster):
    """An EKS cluster without nodes."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the log group first, then the cluster, then who may enter."""
        super().__init__("eks-efa:cluster:Cluster", name, None, opts)
        self._options = pulumi.ResourceOptions(parent=self)
        cluster = self._control_plane(name, args)
        self.name = cluster.eks_cluster.apply(lambda made: made.name)
        self.arn = cluster.eks_cluster.apply(lambda made: made.arn)
        self.endpoint = cluster.eks_cluster.apply(lambda made: made.endpoint)
        self.certificate_authority = cluster.eks_cluster.apply(
            lambda made: made.certificate_authority.apply(lambda authority: authority.data or "")
        )
        self.security_group_id = cluster.cluster_security_group_id
        self.oidc_issuer = cluster.oidc_issuer
        self.kubeconfig = pulumi.Output.secret(cluster.kubeconfig_json)
        admins = [each for role in args.admin_role_arns for each in self._admin(name, args, role)]
        way_in = [*self._private_access(name, args), *admins]
        self.kubernetes_provider = cluster_provider(
            f"{name}-kubernetes",
            self.kubeconfig,
            # It asks the API server as soon as it is told of it, once, and gives up where it is not let in.
            pulumi.ResourceOptions(parent=self, depends_on=way_in),
        )
        aws.ec2.Tag(
            f"{name}-security-group-discovery",
            resource_id=self.security_group_id,
            key=DISCOVERY_TAG,
            value=args.context.cluster_name,
            opts=self._options,
        )
        self.register_outputs(
            {"name": self.name, "endpoint": self.endpoint, "securityGroupId": self.security_group_id}
        )

    def _control_plane(self, name: str, args: ClusterArgs) -> eks.Cluster:
        settings = args.settings
        return eks.Cluster(
            f"{name}-control-plane",
            name=self._name_once_logged(name, args),
            version=settings.version,
            vpc_id=args.vpc_id,
            private_subnet_ids=args.private_subnet_ids,
            kubernetes_service_ip_address_range=settings.service_cidr,
            endpoint_private_access=True,
            endpoint_public_access=settings.public_access,
            # pulumi-eks refuses a list where there is no public endpoint.
            public_access_cidrs=settings.public_access_cidrs if settings.public_access else None,
            authentication_mode=eks.AuthenticationMode.API,
            encryption_config_key_arn=args.secrets_key_arn,
            enabled_cluster_log_types=settings.log_types,
            deletion_protection=settings.deletion_protection,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type=settings.upgrade_policy),
            # Roles go by Pod Identity, so nothing needs it. Making it would ask oidc.eks.<region> at every
            # preview, a name that nobody resolves inside a VPC with an endpoint for EKS
            # (https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html).
            create_oidc_provider=False,
            create_instance_role=False,
            skip_default_node_group=True,
            # The group that EKS makes itself is enough; a second one would have to be kept in step with it.
            skip_default_security_groups=True,
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,  # "default" means: pulumi-eks installs none
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            tags=args.context.tags,
            opts=self._options,
        )

    def _private_access(self, name: str, args: ClusterArgs) -> list[pulumi.Resource]:
        """A rule for everybody who may reach the private endpoint; EKS's own lets in nodes alone
        (https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html)."""
        access = args.settings.private_access
        sources = [{"cidr_ipv4": cidr} for cidr in access.cidrs]
        sources += [{"referenced_security_group_id": group_id} for group_id in access.security_group_ids]
        return [self._api_rule(name, args.context, **source) for source in sources]

    def _api_rule(self, name: str, context: StackContext, **source: str) -> pulumi.Resource:
        (who,) = source.values()
        return aws.vpc.SecurityGroupIngressRule(
            f"{name}-api-from-{who}",
            security_group_id=self.security_group_id,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            description=f"Kubernetes API from {who}",
            tags=context.tags,
            opts=self._options,
            **source,
        )

    def _name_once_logged(self, name: str, args: ClusterArgs) -> pulumi.Output[str]:
        """Hold the cluster's name back until its log group is there.

        EKS makes the group itself, without retention or key, if it finds none. `depends_on` would not do:
        pulumi-eks is a remote component and does not pass it on to the cluster inside, while an input's
        dependencies it does.
        """
        cluster_name = args.context.cluster_name
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/eks/{cluster_name}/cluster",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            tags=args.context.tags,
            opts=self._options,
        )
        return log_group.name.apply(lambda _: cluster_name)

    def _admin(self, name: str, args: ClusterArgs, role_arn: str) -> list[pulumi.Resource]:
        """The role's access entry and what it may do. Whoever deploys as it goes into the cluster by them."""
        context = args.context
        resource_name = f"{name}-admin-{_distinct(role_arn, context.account_id)}"
        options = pulumi.ResourceOptions(parent=self, aliases=_former_names(name, role_arn, args))
        entry = aws.eks.AccessEntry(
            resource_name,
            cluster_name=self.name,
            principal_arn=role_arn,
            type="STANDARD",
            tags=context.tags,
            opts=options,
        )
        association = aws.eks.AccessPolicyAssociation(
            resource_name,
            cluster_name=self.name,
            principal_arn=entry.principal_arn,
            policy_arn=f"arn:{context.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
            opts=options,
        )
        return [entry, association]


def _distinct(role_arn: str, account_id: str) -> str:
    """What tells a role from all others: path and name, and the account where it is another's."""
    _, _, _, _, of_account, resource = role_arn.split(":", 5)
    path_and_name = resource.removeprefix("role/")
    return path_and_name if of_account == account_id else f"{of_account}/{path_and_name}"


def _former_names(name: str, role_arn: str, args: ClusterArgs) -> list[pulumi.Input[str | pulumi.Alias]]:
    """Names used to go by the last part of the ARN alone, which two roles may have in common."""
    last = role_arn.rpartition("/")[2]
    is_alone = sum(each.rpartition("/")[2] == last for each in args.admin_role_arns) == 1
    has_changed = _distinct(role_arn, args.context.account_id) != last
    return [pulumi.Alias(name=f"{name}-admin-{last}")] if is_alone and has_changed else []
