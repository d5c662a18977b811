"""The security group that EKS makes for a cluster: its members talk freely, over EFA too."""

from sandbox.aws.world import World


def create(world: World, cluster: str, vpc_id: str) -> str:
    """Make the group with the rules EKS gives it and return its id.

    Ingress from itself; egress anywhere and, for EFA, to itself:
    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """
    description = (
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes"
    )
    tags = {
        "Name": f"eks-cluster-sg-{cluster}",
        f"kubernetes.io/cluster/{cluster}": "owned",
        "aws:eks:cluster-name": cluster,
    }
    group = world.ec2.create_security_group(f"eks-cluster-sg-{cluster}", description, vpc_id, tags)
    within = [{"GroupId": group.id}]
    world.ec2.authorize_security_group_ingress(group.id, "-1", "-1", "-1", [], source_groups=within)
    world.ec2.authorize_security_group_egress(group.id, "-1", "-1", "-1", [], source_groups=within)
    return str(group.id)


def delete(world: World, group_id: str) -> None:
    """Remove the group, or leave it where an interface is still in it: as EKS does, to the VPC's cost."""
    if not any(
        group_id in {group.id for group in interface.group_set} for interface in world.ec2.enis.values()
    ):
        world.ec2.delete_security_group(group_id=group_id)
