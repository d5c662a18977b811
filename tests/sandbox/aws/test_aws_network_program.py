"""Every call that a handler makes for our network program: make, describe, change, tag, remove."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

TAGS = [{"Key": "eks-efa/stack", "Value": "sandbox"}]


def tagged(resource_type: str) -> list[dict[str, Any]]:
    return [{"ResourceType": resource_type, "Tags": TAGS}]


def test_a_network_is_made_changed_tagged_and_removed_again(aws: Any) -> None:
    ec2 = aws.ec2
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": True})
    assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"][
        "Value"
    ]
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.1.0.0/18", AvailabilityZone="us-west-2a", TagSpecifications=tagged("subnet")
    )["Subnet"]
    subnet_id = subnet["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet_id, MapPublicIpOnLaunch={"Value": True})
    ec2.modify_subnet_attribute(SubnetId=subnet_id, PrivateDnsHostnameTypeOnLaunch="resource-name")
    gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"][
        "InternetGatewayId"
    ]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    nat = ec2.create_nat_gateway(
        SubnetId=subnet_id, AllocationId=address, TagSpecifications=tagged("natgateway")
    )
    nat_id = nat["NatGateway"]["NatGatewayId"]
    assert ec2.describe_nat_gateways(NatGatewayIds=[nat_id])["NatGateways"][0]["State"] == "available"
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=tagged("route-table"))["RouteTable"][
        "RouteTableId"
    ]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat_id)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_id)["AssociationId"]
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
    assert [route.get("GatewayId") for route in routes["Routes"]] == ["local", gateway]

    ec2.create_tags(
        Resources=[subnet_id, nat_id, gateway], Tags=[{"Key": "kubernetes.io/role/elb", "Value": "1"}]
    )
    ec2.delete_tags(Resources=[nat_id], Tags=[{"Key": "kubernetes.io/role/elb"}])
    found = ec2.describe_subnets(Filters=[{"Name": "tag:kubernetes.io/role/elb", "Values": ["1"]}])["Subnets"]
    assert [one["SubnetId"] for one in found] == [subnet_id]
    assert found[0]["MapPublicIpOnLaunch"]
    assert found[0]["AvailabilityZoneId"].startswith("usw2-az")

    ec2.disassociate_route_table(AssociationId=association)
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.delete_route_table(RouteTableId=table)
    ec2.delete_nat_gateway(NatGatewayId=nat_id)
    ec2.release_address(AllocationId=address)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    ec2.delete_subnet(SubnetId=subnet_id)
    ec2.delete_vpc(VpcId=vpc)
    with pytest.raises(ClientError, match="InvalidVpcID"):
        ec2.describe_vpcs(VpcIds=[vpc])


def test_the_default_security_group_can_be_closed_and_rules_have_ids_and_tags(aws: Any, network: Any) -> None:
    ec2 = aws.ec2
    [default] = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [network.vpc_id]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=default["GroupId"], IpPermissions=default["IpPermissions"])
    ec2.revoke_security_group_egress(GroupId=default["GroupId"], IpPermissions=default["IpPermissionsEgress"])
    [closed] = ec2.describe_security_groups(GroupIds=[default["GroupId"]])["SecurityGroups"]
    assert (closed["IpPermissions"], closed["IpPermissionsEgress"]) == ([], [])

    to_itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network.group_id}]}
    rules = []
    for authorize in (ec2.authorize_security_group_ingress, ec2.authorize_security_group_egress):
        answer = authorize(
            GroupId=network.group_id,
            IpPermissions=[to_itself],
            TagSpecifications=tagged("security-group-rule"),
        )
        rules.append(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])
    listed = ec2.describe_security_group_rules(SecurityGroupRuleIds=rules)["SecurityGroupRules"]
    assert {rule["IsEgress"] for rule in listed} == {True, False}
    assert all(rule["ReferencedGroupInfo"]["GroupId"] == network.group_id for rule in listed)
    assert all(rule["Tags"] == TAGS for rule in listed)
    ec2.revoke_security_group_ingress(GroupId=network.group_id, SecurityGroupRuleIds=rules[:1])
    ec2.revoke_security_group_egress(GroupId=network.group_id, SecurityGroupRuleIds=rules[1:])
    left = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [network.group_id]}])
    assert {rule["SecurityGroupRuleId"] for rule in left["SecurityGroupRules"]}.isdisjoint(rules)


def test_endpoints_and_flow_logs_are_made_and_removed(aws: Any, network: Any, role: Any) -> None:
    ec2, subnets = aws.ec2, list(network.subnets.values())
    [main] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [network.vpc_id]}])[
        "RouteTables"
    ]
    gateway = ec2.create_vpc_endpoint(
        VpcId=network.vpc_id,
        ServiceName="com.amazonaws.us-west-2.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[main["RouteTableId"]],
        TagSpecifications=tagged("vpc-endpoint"),
    )["VpcEndpoint"]["VpcEndpointId"]
    interface = ec2.create_vpc_endpoint(
        VpcId=network.vpc_id,
        ServiceName="com.amazonaws.us-west-2.eks",
        VpcEndpointType="Interface",
        SubnetIds=subnets,
        SecurityGroupIds=[network.group_id],
        PrivateDnsEnabled=True,
    )["VpcEndpoint"]["VpcEndpointId"]
    found = ec2.describe_vpc_endpoints(VpcEndpointIds=[gateway, interface])["VpcEndpoints"]
    assert {one["State"].lower() for one in found} == {"available"}
    assert {one["VpcEndpointType"] for one in found} == {"Gateway", "Interface"}
    ec2.modify_vpc_endpoint(VpcEndpointId=interface, AddSecurityGroupIds=[network.group_id])

    aws.logs.create_log_group(logGroupName="/vpc/flow", tags={"eks-efa/stack": "sandbox"})
    aws.logs.put_retention_policy(logGroupName="/vpc/flow", retentionInDays=30)
    flow_log = ec2.create_flow_logs(
        ResourceIds=[network.vpc_id],
        ResourceType="VPC",
        TrafficType="REJECT",
        LogDestinationType="cloud-watch-logs",
        LogGroupName="/vpc/flow",
        DeliverLogsPermissionArn=role("flow-logs"),
        MaxAggregationInterval=60,
        TagSpecifications=tagged("vpc-flow-log"),
    )["FlowLogIds"]
    assert len(ec2.describe_flow_logs(FlowLogIds=flow_log)["FlowLogs"]) == 1
    ec2.delete_flow_logs(FlowLogIds=flow_log)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[gateway, interface])
    aws.logs.delete_log_group(logGroupName="/vpc/flow")
