"""The security group of EFA interfaces.

EFA's traffic is only let through between interfaces that share a group which allows everything from itself
and to itself. The outgoing rule must name the group: a rule to 0.0.0.0/0 is no substitute
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html).

EKS' own cluster security group has both rules as EKS makes it, but anybody with access to it can remove one;
a group of our own says what training depends on, and `pulumi refresh` sees when it is gone.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext

ALL_PROTOCOLS = "-1"


@dataclass(frozen=True)
class EfaSecurityGroupArgs:
    """Where the group belongs."""

    context: StackContext
    vpc_id: pulumi.Input[str]


class EfaSecurityGroup(pulumi.ComponentResource):
    """A group whose members may send each other everything, and nobody else anything."""

    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: EfaSecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the group and its two rules."""
        super().__init__("eks-efa:network:EfaSecurityGroup", name, None, opts)
        options = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description="EFA interfaces: everything between members",
            tags={**args.context.named("efa"), **args.context.discovery},
            opts=options,
        )
        self.security_group_id = group.id
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-itself",
            security_group_id=group.id,
            referenced_security_group_id=group.id,
            ip_protocol=ALL_PROTOCOLS,
            description="EFA from every member",
            tags=args.context.tags,
            opts=options,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-itself",
            security_group_id=group.id,
            referenced_security_group_id=group.id,
            ip_protocol=ALL_PROTOCOLS,
            description="EFA to every member",
            tags=args.context.tags,
            opts=options,
        )
        self.register_outputs({"securityGroupId": self.security_group_id})
