"""What watches and short-cuts a VPC's traffic: endpoints and flow logs."""

from typing import TYPE_CHECKING, Any

from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.ec2_tags import ec2_arn, retag, tagged
from sandbox.engine.handlers.network import Ec2Handler
from sandbox.engine.handlers.spelling import differ, given, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

if TYPE_CHECKING:
    from types_boto3_ec2.literals import FlowLogsResourceTypeType

_LISTS = {"routeTableIds": "RouteTableIds", "subnetIds": "SubnetIds", "securityGroupIds": "SecurityGroupIds"}

_FLOWS_OF: dict[str, "FlowLogsResourceTypeType"] = {
    "vpcId": "VPC",
    "subnetId": "Subnet",
    "eniId": "NetworkInterface",
}


class VpcEndpoint(Ec2Handler):
    """`aws:ec2/vpcEndpoint:VpcEndpoint`, gateway or interface."""

    replace_on = frozenset({"vpcId", "serviceName", "vpcEndpointType"})
    identity = frozenset({"vpcId", "serviceName"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An endpoint of an AWS service."""
        arguments: dict[str, Any] = given(inputs, "vpcId", "serviceName", *_LISTS, "privateDnsEnabled")
        arguments["VpcEndpointType"] = inputs.get("vpcEndpointType", "Gateway")
        if "policy" in inputs:
            arguments["PolicyDocument"] = inputs["policy"]
        specifications = tagged("vpc-endpoint", inputs, name)
        endpoint = world.ec2.create_vpc_endpoint(**arguments, TagSpecifications=specifications)["VpcEndpoint"]
        id = endpoint["VpcEndpointId"]
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Route tables, subnets, security groups, policy, private names and tags."""
        arguments: dict[str, Any] = {}
        for name, wire in _LISTS.items():
            before, after = set(old_inputs.get(name, [])), set(new_inputs.get(name, []))
            if after - before:
                arguments[f"Add{wire}"] = sorted(after - before)
            if before - after:
                arguments[f"Remove{wire}"] = sorted(before - after)
        if differ(old_inputs, new_inputs, "privateDnsEnabled"):
            arguments["PrivateDnsEnabled"] = new_inputs.get("privateDnsEnabled", False)
        if differ(old_inputs, new_inputs, "policy"):
            arguments |= (
                {"PolicyDocument": new_inputs["policy"]} if "policy" in new_inputs else {"ResetPolicy": True}
            )
        if arguments:
            world.ec2.modify_vpc_endpoint(VpcEndpointId=id, **arguments)
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With its interfaces."""
        with absent_is_fine():
            world.ec2.delete_vpc_endpoints(VpcEndpointIds=[id])

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        endpoint = world.ec2.describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"][0]
        names = endpoint.get("DnsEntries", [])
        entries = [
            {"dnsName": n.get("DnsName", ""), "hostedZoneId": n.get("HostedZoneId", "")} for n in names
        ]
        return {
            "vpcEndpointType": "Gateway",
            **inputs,
            "policy": endpoint.get("PolicyDocument", ""),
            "arn": ec2_arn(world, "vpc-endpoint", id),
            "dnsEntries": entries,
            "networkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
            "ownerId": world.account,
            "requesterManaged": False,
            "state": endpoint["State"],
            "tagsAll": tags_of(inputs),
        }


class FlowLog(Ec2Handler):
    """`aws:ec2/flowLog:FlowLog` of a VPC, subnet or interface. Everything but its tags is fixed."""

    replace_on = frozenset(
        {
            "eniId",
            "iamRoleArn",
            "logDestination",
            "logDestinationType",
            "logFormat",
            "maxAggregationInterval",
            "subnetId",
            "trafficType",
            "vpcId",
        }
    )
    identity = frozenset({"vpcId", "subnetId", "eniId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """To CloudWatch Logs or S3. Raises what AWS says where it refuses."""
        target = next(key for key in _FLOWS_OF if key in inputs)
        arguments: dict[str, Any] = given(
            inputs,
            "trafficType",
            "logDestination",
            "logDestinationType",
            "logFormat",
            "maxAggregationInterval",
        )
        if "iamRoleArn" in inputs:
            arguments["DeliverLogsPermissionArn"] = inputs["iamRoleArn"]
        answer = world.ec2.create_flow_logs(
            ResourceIds=[inputs[target]],
            ResourceType=_FLOWS_OF[target],
            TagSpecifications=tagged("vpc-flow-log", inputs, name),
            **arguments,
        )
        return answer["FlowLogIds"][0], self._outputs(world, answer["FlowLogIds"][0], inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Tags only."""
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """What has been logged stays."""
        with absent_is_fine():
            world.ec2.delete_flow_logs(FlowLogIds=[id])

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        return {
            "logDestinationType": "cloud-watch-logs",
            "maxAggregationInterval": 600,
            **inputs,
            "arn": ec2_arn(world, "vpc-flow-log", id),
            "tagsAll": tags_of(inputs),
        }
