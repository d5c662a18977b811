"""An instance as the joiner sees it: one flat document, enough to make a Kubernetes node of it."""

from typing import Any

from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.eks import vpc_cni
from sandbox.aws.world import World

CLUSTER_TAGS = ("eks:cluster-name", "eks:eks-cluster-name", "aws:eks:cluster-name")
"""Tags that name an instance's cluster: EKS's on managed groups, Karpenter's, EKS's on other resources."""


def machine_view(world: World, instance: LaunchedInstance) -> dict[str, Any]:
    """The instance's entry in `GET /_sandbox/instances`.

    `launch_time` is ISO 8601; absent things are null.
    """
    launch, tags = instance.launch, instance.launch_tags
    cluster = next((tags[key] for key in CLUSTER_TAGS if key in tags), None)
    return {
        "instance_id": instance.id,
        "instance_type": instance.instance_type,
        "zone": launch.zone,
        "zone_id": launch.zone_id,
        "state": instance.state,
        "private_ip": instance.private_ip,
        "private_dns": instance.private_dns_name,
        "launch_time": instance.launch_time.isoformat(),
        "capacity_type": "reserved" if instance.reservation else launch.capacity_type,
        "reservation_id": instance.reservation.id if instance.reservation else None,
        "placement_group": launch.placement_group.name if launch.placement_group else None,
        "tags": dict(tags),
        "subnet_id": launch.subnet.id,
        "security_groups": [group.id for group in instance.security_groups],
        "image_id": instance.image_id,
        "interfaces": [
            {
                "id": interface.id,
                "type": interface.interface_type,
                "card": interface.network_card_index,
                "device": interface.device_index,
            }
            for interface in instance.card_interfaces
        ],
        "cluster": cluster,
        "vpc_cni_has_rights": vpc_cni.has_rights(world, cluster, vpc_cni.role_of(world, instance)),
        "node_group": tags.get("eks:nodegroup-name"),
        "launch_template_id": instance.launch_template_id,
    }
