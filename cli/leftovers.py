"""What EC2 still has of a stack that was taken down, by its tags, and how that goes too.

What is in no state is nobody's: it is paid for until somebody finds it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lightkube.resources.core_v1 import PersistentVolume

from cli.aws_clients import Clients
from cli.aws_errors import in_one_line
from cli.cluster import Cluster
from cli.console import tell
from cli.stacks import Stack
from knowledge.node_names import STACK_TAG

Filter = Mapping[str, Any]

EBS_DRIVER = "ebs.csi.aws.com"
CLUSTER_OF_INTERFACE = "cluster.k8s.amazonaws.com/name"
"""Tag of the VPC CNI on the interfaces that it makes (pkg/awsutils/awsutils.go of amazon-vpc-cni-k8s)."""
CLUSTER_OF_TEMPLATE = "karpenter.k8s.aws/cluster"
"""Tag of Karpenter on its launch templates, which cost nothing."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing in EC2: how it is listed, told whose it is, and ended."""

    name: str
    operation: str
    items: Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]]
    id: str
    command: str
    cluster_tag: Callable[[str], Filter]
    """By which it is a cluster's, of a given name."""
    state: tuple[Filter, ...] = ()
    """Only what would stay: what hangs on something else goes with it."""
    at_once: bool = False
    """Whether the command takes several."""


def _owned(cluster: str) -> Filter:
    return {"Name": "tag-key", "Values": [f"kubernetes.io/cluster/{cluster}"]}


def _tagged(key: str) -> Callable[[str], Filter]:
    return lambda value: {"Name": f"tag:{key}", "Values": [value]}


AVAILABLE: Filter = {"Name": "status", "Values": ["available"]}

INSTANCES = Kind(
    name="instances",
    operation="describe_instances",
    items=lambda page: (each for group in page["Reservations"] for each in group["Instances"]),
    id="InstanceId",
    command="terminate-instances --instance-ids",
    cluster_tag=_owned,
    state=({"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},),
    at_once=True,
)
INTERFACES = Kind(
    name="network interfaces",
    operation="describe_network_interfaces",
    items=lambda page: page["NetworkInterfaces"],
    id="NetworkInterfaceId",
    command="delete-network-interface --network-interface-id",
    cluster_tag=_tagged(CLUSTER_OF_INTERFACE),
    state=(AVAILABLE,),
)
VOLUMES = Kind(
    name="volumes, with what is on them",
    operation="describe_volumes",
    items=lambda page: page["Volumes"],
    id="VolumeId",
    command="delete-volume --volume-id",
    cluster_tag=_owned,
    state=(AVAILABLE,),
)
TEMPLATES = Kind(
    name="launch templates, which cost nothing",
    operation="describe_launch_templates",
    items=lambda page: page["LaunchTemplates"],
    id="LaunchTemplateId",
    command="delete-launch-template --launch-template-id",
    cluster_tag=_tagged(CLUSTER_OF_TEMPLATE),
)
KINDS = (INSTANCES, INTERFACES, VOLUMES, TEMPLATES)


def claimed_volumes(cluster: Cluster) -> tuple[str, ...]:
    """Ids of the EBS volumes behind PersistentVolumes, to be asked while the cluster is there to say it."""
    specs = (volume.spec for volume in cluster.client.list(PersistentVolume))
    sources = (spec.csi for spec in specs if spec and spec.csi)
    return tuple(source.volumeHandle for source in sources if source.driver == EBS_DRIVER)


def tell_what_is_left(stack: Stack, clients: Clients, volumes: Sequence[str] = ()) -> bool:
    """A line for each kind of thing that is left, with its command; whether no instance is. `volumes` are
    ids of more that are the stack's."""
    clean = True
    with in_one_line("EC2"):
        ec2 = clients("ec2")
        for kind in KINDS:
            if left := sorted(_left(kind, ec2, stack, volumes)):
                tell(
                    f"left in {stack.region}: {kind.name}; they go with: {_command(kind, left, stack.region)}"
                )
                clean = clean and kind is not INSTANCES
    return clean


def _command(kind: Kind, ids: Sequence[str], region: str) -> str:
    begin = f"aws ec2 --region {region} {kind.command}"
    return f"{begin} {' '.join(ids)}" if kind.at_once else " && ".join(f"{begin} {id}" for id in ids)


def _left(kind: Kind, ec2: Any, stack: Stack, volumes: Sequence[str]) -> Iterator[str]:
    filters = [_tagged(STACK_TAG)(stack.name)]
    filters += [kind.cluster_tag(stack.own_cluster)] if stack.own_cluster else []
    filters += [{"Name": "volume-id", "Values": [*volumes]}] if volumes and kind is VOLUMES else []
    found: set[str] = set()
    for one in filters:
        pages = ec2.get_paginator(kind.operation).paginate(Filters=[one, *kind.state])
        found.update(each[kind.id] for page in pages for each in kind.items(page))
    yield from found
