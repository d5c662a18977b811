import pytest

from tests.components.fake_account import FakeAccount
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run, RunOf

SUBNET = "aws:ec2/subnet:Subnet"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
EXISTING_SUBNETS = {"us-west-2a": "subnet-0aaaaaaaaaaaaaaaa", "us-west-2b": "subnet-0bbbbbbbbbbbbbbbb"}
EXISTING = {"vpcId": "vpc-0123456789abcdef0", "privateSubnetIds": EXISTING_SUBNETS}


def test_each_zone_has_a_private_and_a_public_subnet(built: Run) -> None:
    zones = {kind: _zones(built, kind) for kind in ("private", "public")}
    assert zones["private"] == zones["public"]
    assert len(zones["private"]) >= 2


def test_nothing_gets_a_public_address_by_itself(built: Run) -> None:
    assert all(subnet.inputs["mapPublicIpOnLaunch"] is False for subnet in built.of_type(SUBNET))
    for template in built.of_type("aws:ec2/launchTemplate:LaunchTemplate"):
        for interface in template.inputs.get("networkInterfaces", []):
            assert "associatePublicIpAddress" not in interface


@pytest.mark.parametrize(("stack", "gateways"), [("dev", 1), ("prod", 2)])
def test_development_has_one_nat_gateway_and_production_one_a_zone(
    run_of: RunOf, stack: str, gateways: int
) -> None:
    run = run_of(stack, False)
    zones = _zones(run, "private")
    assert len(run.of_type("aws:ec2/natGateway:NatGateway")) == (1 if gateways == 1 else len(zones))


def test_one_nat_gateway_or_many_leaves_subnets_and_route_tables_as_they_are() -> None:
    one, many = (
        run_program("dev", changes={"network": {"natGateways": count}}) for count in ("one", "one-per-zone")
    )
    for type_ in (SUBNET, "aws:ec2/routeTable:RouteTable", "aws:ec2/route:Route"):
        assert {resource.urn for resource in one.of_type(type_)} == {
            resource.urn for resource in many.of_type(type_)
        }


def test_the_default_security_group_lets_nothing_through(built: Run) -> None:
    group = built.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert (group["ingress"], group["egress"]) == ([], [])


def test_flow_logs_record_everything_into_an_encrypted_group_with_an_end(built: Run) -> None:
    assert built.one("aws:ec2/flowLog:FlowLog").inputs["trafficType"] == "ALL"
    for group in built.of_type("aws:cloudwatch/logGroup:LogGroup"):
        assert group.inputs["retentionInDays"] > 0
        assert group.inputs["kmsKeyId"]


def test_efa_goes_both_ways_between_members_of_one_group(built: Run) -> None:
    group = built.one(SECURITY_GROUP, "efa-group")
    for type_ in (INGRESS, EGRESS):
        rule = built.one(type_, "itself").inputs
        assert rule["ipProtocol"] == "-1"
        assert rule["securityGroupId"] == rule["referencedSecurityGroupId"] == f"{group.name}-id"
        assert "cidrIpv4" not in rule


def test_every_security_group_rule_says_what_it_is_for(built: Run) -> None:
    assert all(rule.inputs["description"] for type_ in (INGRESS, EGRESS) for rule in built.of_type(type_))


def test_endpoints_are_those_of_the_settings_and_s3() -> None:
    run = run_program("dev", changes={"network": {"interfaceEndpoints": ["ecr.api"]}})
    services = {each.inputs["serviceName"] for each in run.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")}
    assert services == {"com.amazonaws.us-west-2.s3", "com.amazonaws.us-west-2.ecr.api"}


def test_without_interface_endpoints_there_is_no_security_group_for_them() -> None:
    run = run_program("dev", changes={"network": {"interfaceEndpoints": []}})
    assert [group.name for group in run.of_type(SECURITY_GROUP)] == ["gpu-efa-group"]


@pytest.mark.parametrize("preview", [True, False])
def test_an_existing_network_is_used_and_left_alone(preview: bool) -> None:
    account = FakeAccount(zone_of_subnet={id_: zone for zone, id_ in EXISTING_SUBNETS.items()})
    run = run_program("dev", preview=preview, account=account, changes={"network": {"existing": EXISTING}})
    made = {resource.type for resource in run.resources.values() if resource.type.startswith("aws:ec2/")}
    assert made <= {
        SECURITY_GROUP,
        "aws:ec2/tag:Tag",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/placementGroup:PlacementGroup",
    }
    system = run.one("aws:eks/nodeGroup:NodeGroup", "system-node-group")
    assert sorted(system.inputs["subnetIds"]) == sorted(EXISTING_SUBNETS.values())


def _zones(run: Run, kind: str) -> list[str]:
    subnets = [subnet for subnet in run.of_type(SUBNET) if f"-{kind}-" in subnet.name]
    return sorted(subnet.inputs["availabilityZone"] for subnet in subnets)
