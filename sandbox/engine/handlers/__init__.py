"""What the sandbox can make. A new type: a handler in the file of its service, and a line in `registry`."""

from sandbox.engine.handlers.eks_access import AccessEntry, AccessPolicyAssociation, PodIdentityAssociation
from sandbox.engine.handlers.eks_addons import Addon
from sandbox.engine.handlers.eks_cluster import EksCluster
from sandbox.engine.handlers.eks_node_groups import NodeGroup
from sandbox.engine.handlers.events import EventRule, EventTarget
from sandbox.engine.handlers.helm_releases import HelmRelease
from sandbox.engine.handlers.iam_policies import Policy
from sandbox.engine.handlers.iam_roles import Role, RolePolicy, RolePolicyAttachment
from sandbox.engine.handlers.image_registries import LifecyclePolicy, Repository
from sandbox.engine.handlers.kms import Alias, Key
from sandbox.engine.handlers.kubernetes_objects import KubernetesObject
from sandbox.engine.handlers.launch_templates import LaunchTemplate, PlacementGroup, Tag
from sandbox.engine.handlers.logs import LogGroup
from sandbox.engine.handlers.nat import Eip, NatGateway
from sandbox.engine.handlers.network import InternetGateway, Subnet, Vpc
from sandbox.engine.handlers.providers import Provider
from sandbox.engine.handlers.queues import Queue, QueuePolicy
from sandbox.engine.handlers.routes import Route, RouteTable, RouteTableAssociation
from sandbox.engine.handlers.security_group_rules import SecurityGroupRule
from sandbox.engine.handlers.security_groups import DefaultSecurityGroup, SecurityGroup
from sandbox.engine.handlers.vpc_traffic import FlowLog, VpcEndpoint
from sandbox.engine.registry import Registry


def registry() -> Registry:
    """A handler for every type that the program uses."""
    return Registry(
        exact={
            "aws:cloudwatch/eventRule:EventRule": EventRule(),
            "aws:cloudwatch/eventTarget:EventTarget": EventTarget(),
            "aws:cloudwatch/logGroup:LogGroup": LogGroup(),
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": DefaultSecurityGroup(),
            "aws:ec2/eip:Eip": Eip(),
            "aws:ec2/flowLog:FlowLog": FlowLog(),
            "aws:ec2/internetGateway:InternetGateway": InternetGateway(),
            "aws:ec2/launchTemplate:LaunchTemplate": LaunchTemplate(),
            "aws:ec2/natGateway:NatGateway": NatGateway(),
            "aws:ec2/placementGroup:PlacementGroup": PlacementGroup(),
            "aws:ec2/route:Route": Route(),
            "aws:ec2/routeTable:RouteTable": RouteTable(),
            "aws:ec2/routeTableAssociation:RouteTableAssociation": RouteTableAssociation(),
            "aws:ec2/securityGroup:SecurityGroup": SecurityGroup(),
            "aws:ec2/subnet:Subnet": Subnet(),
            "aws:ec2/tag:Tag": Tag(),
            "aws:ec2/vpc:Vpc": Vpc(),
            "aws:ec2/vpcEndpoint:VpcEndpoint": VpcEndpoint(),
            "aws:ecr/lifecyclePolicy:LifecyclePolicy": LifecyclePolicy(),
            "aws:ecr/repository:Repository": Repository(),
            "aws:eks/accessEntry:AccessEntry": AccessEntry(),
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": AccessPolicyAssociation(),
            "aws:eks/addon:Addon": Addon(),
            "aws:eks/nodeGroup:NodeGroup": NodeGroup(),
            "aws:eks/podIdentityAssociation:PodIdentityAssociation": PodIdentityAssociation(),
            "aws:iam/policy:Policy": Policy(),
            "aws:iam/role:Role": Role(),
            "aws:iam/rolePolicy:RolePolicy": RolePolicy(),
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment": RolePolicyAttachment(),
            "aws:kms/alias:Alias": Alias(),
            "aws:kms/key:Key": Key(),
            "aws:sqs/queue:Queue": Queue(),
            "aws:sqs/queuePolicy:QueuePolicy": QueuePolicy(),
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": SecurityGroupRule(egress=True),
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": SecurityGroupRule(egress=False),
            "eks:index:Cluster": EksCluster(),
            "kubernetes:helm.sh/v3:Release": HelmRelease(),
        },
        prefixes={"kubernetes:": KubernetesObject(), "pulumi:providers:": Provider()},
    )
