"""The node groups of a stack in AWS, real or emulated: which there are, and how a single node of one goes.

UpdateNodegroupConfig can lower a group's size but not say which node goes. Auto Scaling can end one instance
and want one fewer, as Cluster Autoscaler does with managed node groups.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cli.aws_clients import client_maker
from cli.aws_errors import in_one_line
from cli.migration.scene import Group, GroupNode
from cli.stacks import Stack
from cli.target import Target
from knowledge.hardware import InstanceType
from knowledge.node_names import POOL_LABEL, STACK_TAG

IN_SERVICE = ("InService", "Pending", "Pending:Wait", "Pending:Proceed")
"""Lifecycle states of instances that count for the desired number (Auto Scaling user guide, lifecycle)."""


@dataclass(frozen=True)
class Aws:
    """Clients of the services that a migration needs. `auto_scaling` has no published types here."""

    eks: Any
    auto_scaling: Any
    ec2: Any

    def groups(self, stack: str, cluster: str, nodes: Mapping[str, GroupNode]) -> tuple[Group, ...]:
        """The stack's GPU node groups. `nodes` are the cluster's, by instance id; no other is looked at."""
        with in_one_line("AWS"):
            return tuple(self._groups(stack, cluster, nodes))

    def instance_types(self, names: list[str]) -> list[InstanceType]:
        """What EC2 says of instance types."""
        if not names:
            return []
        with in_one_line("AWS"):
            pages = self.ec2.get_paginator("describe_instance_types").paginate(InstanceTypes=names)
            described = [each for page in pages for each in page["InstanceTypes"]]
        return [InstanceType.from_description(each) for each in described]

    def end(self, instance_id: str) -> None:
        """End one instance of an Auto Scaling group, for good."""
        with in_one_line("AWS"):
            self.auto_scaling.terminate_instance_in_auto_scaling_group(
                InstanceId=instance_id, ShouldDecrementDesiredCapacity=True
            )

    def _groups(self, stack: str, cluster: str, nodes: Mapping[str, GroupNode]) -> Iterator[Group]:
        pages = self.eks.get_paginator("list_nodegroups").paginate(clusterName=cluster)
        for name in sorted(name for page in pages for name in page["nodegroups"]):
            group = self.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
            tags = group.get("tags", {})
            if tags.get(STACK_TAG) == stack and POOL_LABEL in tags:
                yield self._group(tags[POOL_LABEL], group, nodes)

    def _group(self, name: str, group: Mapping[str, Any], nodes: Mapping[str, GroupNode]) -> Group:
        behind = self._auto_scaling_groups(group)
        instances = [
            instance["InstanceId"]
            for each in behind
            for instance in each["Instances"]
            if instance["LifecycleState"] in IN_SERVICE
        ]
        return Group(
            name=name,
            floor=sum(each["MinSize"] for each in behind),
            desired=sum(each["DesiredCapacity"] for each in behind),
            nodes=tuple(nodes[instance] for instance in instances if instance in nodes),
        )

    def _auto_scaling_groups(self, group: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Those behind a node group; none while it is being made, or where that has failed."""
        names = [each["name"] for each in group.get("resources", {}).get("autoScalingGroups", ())]
        # Asked for no name, Auto Scaling answers with every group of the account.
        if not names:
            return []
        answer = self.auto_scaling.describe_auto_scaling_groups(AutoScalingGroupNames=names)
        found: list[Mapping[str, Any]] = answer["AutoScalingGroups"]
        return found


def connect_aws(stack: Stack, target: Target) -> Aws:
    """Clients for the stack."""
    make = client_maker(stack, target.sandbox)
    return Aws(eks=make("eks"), auto_scaling=make("autoscaling"), ec2=make("ec2"))
