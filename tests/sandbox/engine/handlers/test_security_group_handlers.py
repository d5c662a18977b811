from typing import Any

from sandbox.engine.world import World
from tests.sandbox.engine.handlers.scenario import Made, make, vpc


def group(world: World, **inputs: object) -> Made:
    return make(world, "aws:ec2/securityGroup:SecurityGroup", vpcId=vpc(world).id, **inputs)


def described(world: World, id: str) -> Any:
    return world.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]


def test_a_group_without_rules_lets_nothing_in_or_out(world: World) -> None:
    found = described(world, group(world).id)
    assert (found["IpPermissions"], found["IpPermissionsEgress"]) == ([], [])


def test_the_default_group_of_a_vpc_is_closed_and_stays_with_it(world: World) -> None:
    network = vpc(world)
    closed = make(world, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", vpcId=network.id)
    assert closed.id == network.outputs["defaultSecurityGroupId"]
    found = described(world, closed.id)
    assert (found["IpPermissions"], found["IpPermissionsEgress"]) == ([], [])
    closed.delete()
    assert described(world, closed.id)["GroupName"] == "default"


def test_rules_given_in_a_group_are_exactly_its_rules(world: World) -> None:
    https = {
        "protocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrBlocks": ["10.0.0.0/8"],
        "description": "in",
    }
    made = group(world, ingress=[https, {"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}])
    made.update(ingress=[https])
    found = described(world, made.id)["IpPermissions"]
    assert [(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in found] == [("tcp", 443, 443)]
    assert found[0]["IpRanges"] == [{"CidrIp": "10.0.0.0/8", "Description": "in"}]


def test_an_efa_group_lets_all_traffic_pass_to_and_from_itself(world: World) -> None:
    made = group(world)
    for direction in ("Ingress", "Egress"):
        make(
            world,
            f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
            securityGroupId=made.id,
            ipProtocol="-1",
            referencedSecurityGroupId=made.id,
        )
    found = described(world, made.id)
    for rules in (found["IpPermissions"], found["IpPermissionsEgress"]):
        assert [rule["IpProtocol"] for rule in rules] == ["-1"]
        assert rules[0]["UserIdGroupPairs"][0]["GroupId"] == made.id


def test_a_rule_that_a_killed_run_left_is_found_by_what_it_allows(world: World) -> None:
    made = group(world)
    kind = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    asked = {"securityGroupId": made.id, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    wide = make(world, kind, **asked, cidrIpv4="10.0.0.0/8")
    narrow = make(world, kind, **asked, cidrIpv4="10.1.0.0/16")
    assert (wide.found(), narrow.found()) == (wide.id, narrow.id)
    assert wide.handler.find(world, "", {**asked, "cidrIpv4": "10.2.0.0/16"}) is None


def test_deleting_one_rule_leaves_the_others(world: World) -> None:
    made = group(world)
    kind = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    one = make(world, kind, securityGroupId=made.id, ipProtocol="-1", cidrIpv4="0.0.0.0/0")
    make(world, kind, securityGroupId=made.id, ipProtocol="-1", cidrIpv4="10.0.0.0/8")
    one.delete()
    ranges = described(world, made.id)["IpPermissionsEgress"][0]["IpRanges"]
    assert [found["CidrIp"] for found in ranges] == ["10.0.0.0/8"]
