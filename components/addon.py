"""One EKS addon, with a role of its own where its pods call AWS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.iam.trust import pod_identity_trust

ADDON_NAMESPACE = "kube-system"


@dataclass(frozen=True)
class AddonIdentity:
    """Whom the addon's pods are for AWS."""

    service_account: str
    """In `kube-system`, where every addon used here lives."""
    managed_policy_arn: str


@dataclass(frozen=True)
class AddonArgs:
    """Which addon, at which version."""

    context: StackContext
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    addon_name: str
    """As EKS calls it, such as `vpc-cni`."""
    version: str
    """Full version, such as `v1.20.4-eksbuild.1`."""
    identity: AddonIdentity | None = None
    """None where the addon needs nothing of AWS."""
    configuration: Mapping[str, str] | None = None
    """By the addon's own schema (`aws eks describe-addon-configuration`); None for its defaults."""
    after: tuple[pulumi.Resource, ...] = ()
    """What must be there first: nodes, for an addon whose pods EKS waits for."""


class Addon(pulumi.ComponentResource):
    """An addon that EKS installs and keeps as it is described here: conflicting changes are overwritten."""

    def __init__(self, name: str, args: AddonArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the role, then the addon with its pod identity association."""
        super().__init__("eks-efa:cluster:Addon", name, None, opts)
        associations, attachments = self._identity(name, args)
        aws.eks.Addon(
            name,
            cluster_name=args.cluster_name,
            addon_name=args.addon_name,
            addon_version=args.version,
            configuration_values=json.dumps(args.configuration) if args.configuration else None,
            pod_identity_associations=associations,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=args.context.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*attachments, *args.after]),
        )
        self.register_outputs({})

    def _identity(
        self, name: str, args: AddonArgs
    ) -> tuple[list[aws.eks.AddonPodIdentityAssociationArgs] | None, list[pulumi.Resource]]:
        if args.identity is None:
            return None, []
        context, service_account = args.context, args.identity.service_account
        role = aws.iam.Role(
            f"{name}-role",
            description=f"Addon {args.addon_name} of EKS cluster {context.cluster_name}",
            assume_role_policy=pulumi.Output.from_input(args.cluster_arn).apply(
                lambda arn: json.dumps(
                    pod_identity_trust(arn, context.account_id, ADDON_NAMESPACE, service_account)
                )
            ),
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        attachment = aws.iam.RolePolicyAttachment(
            f"{name}-policy",
            role=role.name,
            policy_arn=args.identity.managed_policy_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        association = aws.eks.AddonPodIdentityAssociationArgs(
            role_arn=role.arn, service_account=service_account
        )
        return [association], [attachment]
