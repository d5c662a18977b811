"""Handlers spell properties as the provider's schema does; a slip would make a rule that never holds."""

import importlib
from typing import Any

import pytest

from sandbox.engine.handler import Handler
from sandbox.engine.handlers import registry
from sandbox.engine.paths import parse

CLASSES = {
    "aws:cloudwatch/eventRule:EventRule": "pulumi_aws.cloudwatch:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget": "pulumi_aws.cloudwatch:EventTarget",
    "aws:cloudwatch/logGroup:LogGroup": "pulumi_aws.cloudwatch:LogGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "pulumi_aws.ec2:DefaultSecurityGroup",
    "aws:ec2/eip:Eip": "pulumi_aws.ec2:Eip",
    "aws:ec2/flowLog:FlowLog": "pulumi_aws.ec2:FlowLog",
    "aws:ec2/internetGateway:InternetGateway": "pulumi_aws.ec2:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate": "pulumi_aws.ec2:LaunchTemplate",
    "aws:ec2/natGateway:NatGateway": "pulumi_aws.ec2:NatGateway",
    "aws:ec2/placementGroup:PlacementGroup": "pulumi_aws.ec2:PlacementGroup",
    "aws:ec2/route:Route": "pulumi_aws.ec2:Route",
    "aws:ec2/routeTable:RouteTable": "pulumi_aws.ec2:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "pulumi_aws.ec2:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup": "pulumi_aws.ec2:SecurityGroup",
    "aws:ec2/subnet:Subnet": "pulumi_aws.ec2:Subnet",
    "aws:ec2/tag:Tag": "pulumi_aws.ec2:Tag",
    "aws:ec2/vpc:Vpc": "pulumi_aws.ec2:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "pulumi_aws.ec2:VpcEndpoint",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "pulumi_aws.ecr:LifecyclePolicy",
    "aws:ecr/repository:Repository": "pulumi_aws.ecr:Repository",
    "aws:eks/accessEntry:AccessEntry": "pulumi_aws.eks:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "pulumi_aws.eks:AccessPolicyAssociation",
    "aws:eks/addon:Addon": "pulumi_aws.eks:Addon",
    "aws:eks/nodeGroup:NodeGroup": "pulumi_aws.eks:NodeGroup",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "pulumi_aws.eks:PodIdentityAssociation",
    "aws:iam/policy:Policy": "pulumi_aws.iam:Policy",
    "aws:iam/role:Role": "pulumi_aws.iam:Role",
    "aws:iam/rolePolicy:RolePolicy": "pulumi_aws.iam:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "pulumi_aws.iam:RolePolicyAttachment",
    "aws:kms/alias:Alias": "pulumi_aws.kms:Alias",
    "aws:kms/key:Key": "pulumi_aws.kms:Key",
    "aws:sqs/queue:Queue": "pulumi_aws.sqs:Queue",
    "aws:sqs/queuePolicy:QueuePolicy": "pulumi_aws.sqs:QueuePolicy",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "pulumi_aws.vpc:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "pulumi_aws.vpc:SecurityGroupIngressRule",
    "eks:index:Cluster": "pulumi_eks:Cluster",
    "kubernetes:helm.sh/v3:Release": "pulumi_kubernetes.helm.v3:Release",
}


def declared(type: str) -> tuple[set[str], set[str]]:
    """Input and output names of a type, from its SDK classes."""
    module_name, _, class_name = CLASSES[type].partition(":")
    module = importlib.import_module(module_name)
    arguments: Any = getattr(module, f"{class_name}Args")
    resource: Any = getattr(module, class_name)
    return names(arguments), names(resource)


def names(sdk_class: Any) -> set[str]:
    properties = [value for value in vars(sdk_class).values() if isinstance(value, property)]
    getters = [found.fget for found in properties if found.fget is not None]
    return {getattr(getter, "_pulumi_name", getter.__name__) for getter in getters}


@pytest.mark.parametrize("type", CLASSES)
def test_rules_speak_of_properties_that_the_type_has(type: str) -> None:
    handler: Handler = registry().get(type)
    inputs, outputs = declared(type)
    assert {parse(path)[0] for path in handler.replace_on} <= inputs
    assert (handler.identity or frozenset()) <= inputs
    assert handler.changes_on_update | handler.secret_outputs <= outputs
    assert (handler.identity or frozenset()) <= {parse(path)[0] for path in handler.replace_on} or type in (
        "aws:ec2/internetGateway:InternetGateway",  # it can be moved to another VPC while it lives
    )


def test_every_type_of_the_registry_is_checked_here() -> None:
    assert registry().types == set(CLASSES)


def test_kinds_of_kubernetes_and_providers_go_by_the_beginning_of_their_type() -> None:
    assert registry().find("kubernetes:apps/v1:Deployment") is not None
    assert registry().find("pulumi:providers:kubernetes") is not None
    assert registry().find("aws:s3/bucket:Bucket") is None
