"""What holds for every resource type: it can be made, found again, changed, and deleted twice."""

import json
from collections.abc import Callable

import pytest

from sandbox.engine.handlers.launch_templates import PlacementGroup
from sandbox.engine.handlers.network import Ec2Handler
from sandbox.engine.values import Properties
from sandbox.engine.world import World
from tests.sandbox.engine.handlers.scenario import TRUST, Made, make, policy_document, role, subnet, vpc

TAGS = {"owner": "platform", "karpenter.sh/discovery": "train"}
POLICY, OTHER_POLICY = policy_document("s3:GetObject"), policy_document("s3:PutObject")

Life = tuple[Made, Properties]
"""A resource, and changed inputs that it can take while it lives."""


def a_vpc(world: World) -> Life:
    made = make(world, "aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", tags=TAGS)
    return made, {"enableDnsHostnames": True}


def a_subnet(world: World) -> Life:
    made = make(
        world,
        "aws:ec2/subnet:Subnet",
        vpcId=vpc(world).id,
        cidrBlock="10.0.0.0/24",
        availabilityZone="us-west-2a",
        tags=TAGS,
    )
    return made, {"mapPublicIpOnLaunch": True}


def an_internet_gateway(world: World) -> Life:
    return make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=vpc(world).id, tags=TAGS), {}


def an_address(world: World) -> Life:
    return make(world, "aws:ec2/eip:Eip", domain="vpc", tags=TAGS), {}


def a_nat_gateway(world: World) -> Life:
    address = make(world, "aws:ec2/eip:Eip", domain="vpc")
    inside = subnet(world, vpc(world).id)
    made = make(
        world, "aws:ec2/natGateway:NatGateway", subnetId=inside.id, allocationId=address.id, tags=TAGS
    )
    return made, {}


def a_route_table(world: World) -> Life:
    network = vpc(world)
    gateway = make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=network.id)
    route = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    made = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id, routes=[route], tags=TAGS)
    return made, {"routes": []}


def a_route(world: World) -> Life:
    network = vpc(world)
    gateway = make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=network.id)
    table = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id)
    made = make(
        world,
        "aws:ec2/route:Route",
        routeTableId=table.id,
        destinationCidrBlock="0.0.0.0/0",
        gatewayId=gateway.id,
    )
    return made, {}


def an_association(world: World) -> Life:
    network = vpc(world)
    table = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id)
    inside = subnet(world, network.id)
    type = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    return make(world, type, routeTableId=table.id, subnetId=inside.id), {}


def a_gateway_endpoint(world: World) -> Life:
    network = vpc(world)
    table = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id)
    made = make(
        world,
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        vpcId=network.id,
        serviceName="com.amazonaws.us-west-2.s3",
        routeTableIds=[table.id],
        tags=TAGS,
    )
    return made, {"routeTableIds": []}


def a_flow_log(world: World) -> Life:
    group = make(world, "aws:cloudwatch/logGroup:LogGroup")
    made = make(
        world,
        "aws:ec2/flowLog:FlowLog",
        vpcId=vpc(world).id,
        trafficType="ALL",
        logDestinationType="cloud-watch-logs",
        logDestination=group.outputs["arn"],
        iamRoleArn=role(world).outputs["arn"],
        maxAggregationInterval=60,
        tags=TAGS,
    )
    return made, {}


def a_security_group(world: World) -> Life:
    rule = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
    made = make(
        world,
        "aws:ec2/securityGroup:SecurityGroup",
        vpcId=vpc(world).id,
        description="test",
        ingress=[rule],
        tags=TAGS,
    )
    return made, {"egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]}


def a_rule(world: World) -> Life:
    group = make(world, "aws:ec2/securityGroup:SecurityGroup", vpcId=vpc(world).id)
    made = make(
        world,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        securityGroupId=group.id,
        ipProtocol="-1",
        referencedSecurityGroupId=group.id,
        tags=TAGS,
    )
    return made, {"description": "from itself"}


def a_launch_template(world: World) -> Life:
    made = make(world, "aws:ec2/launchTemplate:LaunchTemplate", imageId="ami-1", tags=TAGS)
    return made, {"imageId": "ami-2"}


def a_placement_group(world: World) -> Life:
    return make(world, "aws:ec2/placementGroup:PlacementGroup", strategy="cluster", tags=TAGS), {}


def a_tag(world: World) -> Life:
    return make(world, "aws:ec2/tag:Tag", resourceId=vpc(world).id, key="k", value="v"), {"value": "w"}


def a_role(world: World) -> Life:
    made = make(world, "aws:iam/role:Role", assumeRolePolicy=TRUST, tags=TAGS)
    return made, {"description": "what it is for"}


def a_policy(world: World) -> Life:
    made = make(world, "aws:iam/policy:Policy", policy=POLICY, tags=TAGS)
    return made, {"policy": OTHER_POLICY}


def a_role_policy(world: World) -> Life:
    return make(world, "aws:iam/rolePolicy:RolePolicy", role=role(world).id, policy=POLICY), {
        "policy": OTHER_POLICY
    }


def an_attachment(world: World) -> Life:
    policy = make(world, "aws:iam/policy:Policy", policy=POLICY)
    type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    return make(world, type, role=role(world).id, policyArn=policy.id), {}


def a_key(world: World) -> Life:
    return make(world, "aws:kms/key:Key", description="x", tags=TAGS), {"enableKeyRotation": True}


def an_alias(world: World) -> Life:
    key = make(world, "aws:kms/key:Key")
    return make(world, "aws:kms/alias:Alias", name="alias/secrets", targetKeyId=key.id), {}


def a_log_group(world: World) -> Life:
    made = make(world, "aws:cloudwatch/logGroup:LogGroup", retentionInDays=30, tags=TAGS)
    return made, {"retentionInDays": 90}


def an_event_rule(world: World) -> Life:
    made = make(
        world, "aws:cloudwatch/eventRule:EventRule", eventPattern='{"source": ["aws.ec2"]}', tags=TAGS
    )
    return made, {"eventPattern": '{"source": ["aws.health"]}'}


def an_event_target(world: World) -> Life:
    rule = make(world, "aws:cloudwatch/eventRule:EventRule", eventPattern='{"source": ["aws.ec2"]}')
    queue = make(world, "aws:sqs/queue:Queue")
    type = "aws:cloudwatch/eventTarget:EventTarget"
    return make(world, type, rule=rule.id, arn=queue.outputs["arn"]), {}


def a_queue(world: World) -> Life:
    made = make(
        world, "aws:sqs/queue:Queue", messageRetentionSeconds=300, sqsManagedSseEnabled=True, tags=TAGS
    )
    return made, {"messageRetentionSeconds": 600}


def a_queue_policy(world: World) -> Life:
    queue = make(world, "aws:sqs/queue:Queue")
    return make(world, "aws:sqs/queuePolicy:QueuePolicy", queueUrl=queue.id, policy=POLICY), {
        "policy": OTHER_POLICY
    }


def a_repository(world: World) -> Life:
    made = make(world, "aws:ecr/repository:Repository", imageTagMutability="IMMUTABLE", tags=TAGS)
    return made, {"imageScanningConfiguration": {"scanOnPush": True}}


def a_lifecycle_policy(world: World) -> Life:
    repository = make(world, "aws:ecr/repository:Repository")
    made = make(world, "aws:ecr/lifecyclePolicy:LifecyclePolicy", repository=repository.id, policy=keeping(5))
    return made, {"policy": keeping(6)}


def keeping(images: int) -> str:
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images},
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]})


LIVES = [
    a_vpc,
    a_subnet,
    an_internet_gateway,
    an_address,
    a_nat_gateway,
    a_route_table,
    a_route,
    an_association,
    a_gateway_endpoint,
    a_flow_log,
    a_security_group,
    a_rule,
    a_launch_template,
    a_placement_group,
    a_tag,
    a_role,
    a_policy,
    a_role_policy,
    an_attachment,
    a_key,
    an_alias,
    a_log_group,
    an_event_rule,
    an_event_target,
    a_queue,
    a_queue_policy,
    a_repository,
    a_lifecycle_policy,
]


@pytest.mark.parametrize("life", LIVES, ids=[life.__name__ for life in LIVES])
def test_a_resource_is_made_found_changed_and_deleted_twice(
    world: World, life: Callable[[World], Life]
) -> None:
    made, change = life(world)
    finds = made.found() is not None
    assert made.found() in (None, made.id)
    if change:
        once = made.update(**change)
        again = made.update()
        assert without(again, made.handler.changes_on_update) == without(once, made.handler.changes_on_update)
        assert once.items() >= change.items()
    if "tags" in made.inputs:
        assert made.outputs["tagsAll"] == TAGS
        assert made.update(tags={"owner": "someone"})["tagsAll"] == {"owner": "someone"}
    made.delete()
    made.delete()
    if finds and not lingers(made):
        assert made.found() is None


def lingers(made: Made) -> bool:
    """KMS keeps a key for days, moto the tags of what is gone; deleting such a find again does no harm."""
    return "keyId" in made.outputs or isinstance(made.handler, Ec2Handler | PlacementGroup)


def without(outputs: Properties, names: frozenset[str]) -> Properties:
    return {name: value for name, value in outputs.items() if name not in names}
