"""What still hangs on a security group or a subnet when it is to be deleted.

moto deletes both whatever refers to them. EC2 refuses, and that refusal is what a teardown in the wrong
order meets.
"""

from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World


@operation("ec2", "DeleteSecurityGroup")
def delete_security_group(world: World, parameters: Parameters) -> Answer:
    """Refuse while an interface is in the group or another group's rule names it; otherwise moto's turn."""
    group_id = str(parameters.get("GroupId") or "")
    used = any(
        group_id in {group.id for group in interface.group_set} for interface in world.ec2.enis.values()
    )
    named = any(
        rule.source_group.get("GroupId") == group_id
        for groups in world.ec2.groups.values()
        for group in groups.values()
        if group.id != group_id
        for rule in (*group.ingress_rules, *group.egress_rules)
    )
    if used or named:
        raise AwsError("DependencyViolation", f"resource {group_id} has a dependent object")
    return None


@operation("ec2", "DeleteSubnet")
def delete_subnet(world: World, parameters: Parameters) -> Answer:
    """Refuse while an interface is in the subnet; moto deletes it otherwise."""
    subnet_id = str(parameters["SubnetId"])
    if any(interface.subnet_id == subnet_id for interface in world.ec2.enis.values()):
        message = f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", message)
    return None
