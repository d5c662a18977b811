"""Rules of security groups that are resources of their own, each with one peer."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.ec2_tags import ec2_arn, retag, tagged, where
from sandbox.engine.handlers.spelling import differ, given, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class SecurityGroupRule(Handler):
    """`aws:vpc/securityGroup{Ingress,Egress}Rule:...`: one rule with one peer."""

    replace_on = frozenset(
        {
            "cidrIpv4",
            "cidrIpv6",
            "fromPort",
            "ipProtocol",
            "prefixListId",
            "referencedSecurityGroupId",
            "securityGroupId",
            "toPort",
        }
    )

    def __init__(self, *, egress: bool) -> None:
        """Of one direction."""
        self._egress = egress

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A rule with an id of its own."""
        permission = {"IpProtocol": str(inputs["ipProtocol"]), **given(inputs, "fromPort", "toPort")}
        described = {"Description": inputs["description"]} if "description" in inputs else {}
        for name_, key, peer in _PEERS:
            if name_ in inputs:
                permission[key] = [{peer: inputs[name_], **described}]
        arguments: dict[str, Any] = {
            "GroupId": inputs["securityGroupId"],
            "IpPermissions": [permission],
            "TagSpecifications": tagged("security-group-rule", inputs, name),
        }
        if self._egress:
            rules = world.ec2.authorize_security_group_egress(**arguments)["SecurityGroupRules"]
        else:
            rules = world.ec2.authorize_security_group_ingress(**arguments)["SecurityGroupRules"]
        id = rules[0]["SecurityGroupRuleId"]
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Description and tags."""
        if differ(old_inputs, new_inputs, "description"):
            description = {"SecurityGroupRuleId": id, "Description": new_inputs.get("description", "")}
            arguments: dict[str, Any] = {
                "GroupId": new_inputs["securityGroupId"],
                "SecurityGroupRuleDescriptions": [description],
            }
            if self._egress:
                world.ec2.update_security_group_rule_descriptions_egress(**arguments)
            else:
                world.ec2.update_security_group_rule_descriptions_ingress(**arguments)
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The rule alone."""
        group, rules = inputs["securityGroupId"], [id]
        with absent_is_fine():
            if self._egress:
                world.ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=rules)
            else:
                world.ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=rules)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By what it allows, which a group can hold once."""
        filters = [where("group-id", inputs["securityGroupId"])]
        for rule in world.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
            peers = (
                rule.get("CidrIpv4"),
                rule.get("CidrIpv6"),
                rule.get("ReferencedGroupInfo", {}).get("GroupId"),
                rule.get("PrefixListId"),
            )
            wanted = tuple(inputs.get(name) for name, _, _ in _PEERS)
            ports = (inputs.get("fromPort", -1), inputs.get("toPort", -1))
            same_ports = ports == (rule.get("FromPort", -1), rule.get("ToPort", -1))
            same = rule["IsEgress"] == self._egress and rule["IpProtocol"] == str(inputs["ipProtocol"])
            if same and same_ports and peers == wanted:
                return rule["SecurityGroupRuleId"]
        return None

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        arn = ec2_arn(world, "security-group-rule", id)
        return {**inputs, "arn": arn, "securityGroupRuleId": id, "tagsAll": tags_of(inputs)}


_PEERS = (
    ("cidrIpv4", "IpRanges", "CidrIp"),
    ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
    ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ("prefixListId", "PrefixListIds", "PrefixListId"),
)
"""A rule's peer: the input, the list of a permission that it goes into, and its name there."""
