"""Security groups: made ones, a VPC's default one, and rules that are resources of their own."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import delete_when_free
from sandbox.engine.handlers.ec2_tags import ec2_arn, retag, tagged, where
from sandbox.engine.handlers.network import Ec2Handler
from sandbox.engine.handlers.spelling import differ, given, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def _permission(rule: Properties, group: str) -> Any:
    """A rule given within a security group, as EC2 has it."""
    described = {"Description": rule["description"]} if "description" in rule else {}
    peers = [*rule.get("securityGroups", []), *([group] if rule.get("self") else [])]
    permission: dict[str, Any] = {"IpProtocol": str(rule["protocol"])}
    if permission["IpProtocol"] != "-1":
        permission["FromPort"], permission["ToPort"] = rule["fromPort"], rule["toPort"]
    if peers:
        permission["UserIdGroupPairs"] = [{"GroupId": peer, **described} for peer in peers]
    if rule.get("cidrBlocks"):
        permission["IpRanges"] = [{"CidrIp": block, **described} for block in rule["cidrBlocks"]]
    if rule.get("ipv6CidrBlocks"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": block, **described} for block in rule["ipv6CidrBlocks"]]
    if rule.get("prefixListIds"):
        permission["PrefixListIds"] = [{"PrefixListId": list, **described} for list in rule["prefixListIds"]]
    return permission


def _set_rules(world: World, group: str, inputs: Properties) -> None:
    """Exactly the rules given within a group: what is there goes, EC2's own "allow all egress" too."""
    present = world.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    if present["IpPermissions"]:
        world.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=present["IpPermissions"])
    if present["IpPermissionsEgress"]:
        world.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=present["IpPermissionsEgress"])
    ingress = [_permission(rule, group) for rule in inputs.get("ingress", [])]
    egress = [_permission(rule, group) for rule in inputs.get("egress", [])]
    if ingress:
        world.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ingress)
    if egress:
        world.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=egress)


def _outputs(world: World, id: str, inputs: Properties) -> Properties:
    group = world.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
    return {
        **inputs,
        "name": group["GroupName"],
        "description": group["Description"],
        "vpcId": group.get("VpcId", ""),
        "arn": ec2_arn(world, "security-group", id),
        "ownerId": world.account,
        "tagsAll": tags_of(inputs),
    }


class SecurityGroup(Ec2Handler):
    """`aws:ec2/securityGroup:SecurityGroup`, with the rules given in it."""

    replace_on = frozenset({"name", "namePrefix", "description", "vpcId"})
    identity = frozenset({"name", "vpcId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A group without EC2's own egress rule, as the provider makes them."""
        arguments = given(inputs, "vpcId")
        id = world.ec2.create_security_group(
            GroupName=inputs.get("name", name),
            Description=inputs.get("description", "Managed by Pulumi"),
            TagSpecifications=tagged("security-group", inputs, name),
            **arguments,
        )["GroupId"]
        _set_rules(world, id, inputs)
        return id, _outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Rules given in it, where they change, and tags."""
        if differ(old_inputs, new_inputs, "ingress", "egress"):
            _set_rules(world, id, new_inputs)
        retag(world, id, old_inputs, new_inputs)
        return _outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Once no interface is in it and no rule names it."""
        delete_when_free(world, lambda: world.ec2.delete_security_group(GroupId=id))


class DefaultSecurityGroup(Handler):
    """`aws:ec2/defaultSecurityGroup:DefaultSecurityGroup`: the group every VPC has, taken over."""

    replace_on = frozenset({"vpcId"})
    identity = frozenset({"vpcId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Take over: its rules become those given, none by default."""
        filters = [where("group-name", "default"), where("vpc-id", inputs["vpcId"])]
        id = world.ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
        return id, self.update(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Rules and tags."""
        _set_rules(world, id, new_inputs)
        retag(world, id, old_inputs, new_inputs)
        return _outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Let go of: it ends with its VPC."""
