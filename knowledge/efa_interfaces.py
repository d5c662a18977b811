"""The network interface planner: from an instance type to the interfaces that give it every EFA it has.

AWS's layout (EC2 user guide, efa-acc-inst-types): the primary interface, device 0 of card 0, is a plain ENA
interface; where card 0 carries an EFA, it is an efa-only interface at device 1; on every further card it is
an efa-only interface at device 0. An older edition of that page, and the tools that follow it, put `efa`
interfaces at device 1 of the further cards: EC2 takes that too, but every one of those costs an address of
the subnet.

The plan is the one source of both renderings: the launch template of a managed node group and the
`networkInterfaces` of Karpenter's EC2NodeClass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypedDict, TypeVar

from knowledge.hardware import InstanceType

InterfaceType = Literal["interface", "efa", "efa-only"]
SecurityGroup = TypeVar("SecurityGroup")


class UnplannableError(ValueError):
    """The wanted interfaces cannot be had. As text: the instance type, why, and what to do instead."""

    def __init__(self, instance_type: InstanceType, reason: str) -> None:
        """Keep the reason, without the type's name, for callers with a path of their own to put in front."""
        super().__init__(f"{instance_type.name}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class PlannedInterface:
    """One network interface to attach at launch."""

    network_card_index: int
    device_index: int
    interface_type: InterfaceType

    @property
    def has_address(self) -> bool:
        """Whether the interface takes addresses of the subnet; an `efa-only` one takes none."""
        return self.interface_type != "efa-only"

    @property
    def has_efa(self) -> bool:
        """Whether the interface is an EFA device."""
        return self.interface_type != "interface"


InterfacePlan = tuple[PlannedInterface, ...]

EFA_CARDS: dict[str, tuple[int, ...]] = {
    # Card 0 is ENA only: aws/aws-parallelcluster#7143, and InterfaceTypes in DescribeInstanceTypes.
    "p6-b300.48xlarge": tuple(range(1, 17)),
    # 17 cards, the odd ones for efa-only, 1,600 Gbps in all: four EFAs of 400 Gbps, one for each GPU, fill
    # it. aws/aws-parallelcluster#6930; the cards AWS advised: mchmarny/cluster,
    # provider/eks/terraform/compute.tf.
    "p6e-gb200.36xlarge": (1, 5, 9, 13),
    # DescribeInstanceTypes lists cards 1 to 8 with room for no interface: same compute.tf.
    "p6e-gb300r.36xlarge": (0,),
}
"""Which cards carry an EFA, for types whose description, or what pulumi-aws passes on of it, leaves room
for error."""


UNVERIFIED: dict[str, str] = {
    # https://github.com/NVIDIA/aicr/issues/1256 (August 2026) and #1410: not sold to the public.
    "p6e-gb300r.36xlarge": "NVIDIA/aicr#1256 counted 9 network cards, EC2 said 2 EFA interfaces at most and "
    "1 was attached",
}
"""Types whose layout nobody outside AWS could confirm, and what is said against it, with its source."""


def plan_interfaces(instance_type: InstanceType, *, efa: bool = True) -> InterfacePlan:
    """Plan the interfaces of one instance; without EFA wanted or to be had, a single plain interface.

    Raises UnplannableError where the description and `EFA_CARDS` contradict each other.
    """
    primary = PlannedInterface(0, 0, "interface")
    if not efa or instance_type.efa_interfaces == 0:
        return (primary,)
    cards = _efa_cards(instance_type)
    if cards[0] != 0:
        return (primary, *(PlannedInterface(card, 0, "efa-only") for card in cards))
    if instance_type.network_cards[0].maximum_interfaces == 1:
        # No room for an ENA interface beside the EFA, so one interface must be both: hpc6id.32xlarge
        # (aws/aws-parallelcluster, cli/src/pcluster/templates/queues_stack.py).
        return tuple(PlannedInterface(card, 0, "efa") for card in cards)
    further = (PlannedInterface(card, 0, "efa-only") for card in cards[1:])
    return (primary, PlannedInterface(0, 1, "efa-only"), *further)


def _efa_cards(instance_type: InstanceType) -> tuple[int, ...]:
    """Indexes of the cards that get an EFA, ascending: at most one on each card, on the lowest cards where
    there is a choice."""
    able = [
        card.index
        for card in instance_type.network_cards
        if card.maximum_interfaces > 0 and card.carries_efa is not False
    ]
    if instance_type.name in EFA_CARDS:
        cards = EFA_CARDS[instance_type.name]
        missing = sorted(set(cards) - set(able))
        if missing:
            raise UnplannableError(
                instance_type,
                f"network cards {missing} take no EFA by EC2's description; the layout this program knows "
                "has one there; correct EFA_CARDS in knowledge/efa_interfaces.py",
            )
        return cards
    if len(able) < instance_type.efa_interfaces:
        raise UnplannableError(
            instance_type,
            f"{instance_type.efa_interfaces} EFA interfaces but only {len(able)} network cards for them; "
            "at most one fits on a card; add the type to EFA_CARDS in knowledge/efa_interfaces.py",
        )
    return tuple(able[: instance_type.efa_interfaces])


def efa_count(plan: InterfacePlan) -> int:
    """EFA devices of an instance with these interfaces: `vpc.amazonaws.com/efa` of its node."""
    return sum(interface.has_efa for interface in plan)


def efa_only_on_card_0(plan: InterfacePlan) -> int:
    """Interfaces of card 0 that give pods no address; what `InstanceType.eni_pod_limit` wants to know."""
    return sum(interface.network_card_index == 0 and not interface.has_address for interface in plan)


class LaunchTemplateInterface(TypedDict, Generic[SecurityGroup]):
    """Arguments of pulumi-aws: `aws.ec2.LaunchTemplateNetworkInterfaceArgs(**interface)`."""

    network_card_index: int
    device_index: int
    interface_type: str
    delete_on_termination: str
    security_groups: Sequence[SecurityGroup]


def for_launch_template(
    plan: InterfacePlan, security_groups: Sequence[SecurityGroup]
) -> list[LaunchTemplateInterface[SecurityGroup]]:
    """Render for the launch template of a managed node group.

    `security_groups` are ids, plain or not yet known; they go on every interface, since a template that lists
    interfaces may not name groups beside them. No subnet: EKS refuses one (aws-samples/aws-efa-eks#19). No
    public address either: EC2 refuses to launch several interfaces with one
    (aws/karpenter-provider-aws#5666).
    """
    return [
        LaunchTemplateInterface(
            network_card_index=interface.network_card_index,
            device_index=interface.device_index,
            interface_type=interface.interface_type,
            delete_on_termination="true",
            security_groups=security_groups,
        )
        for interface in plan
    ]


class NodeClassInterface(TypedDict):
    """One element of an EC2NodeClass's `spec.networkInterfaces`."""

    networkCardIndex: int
    deviceIndex: int
    interfaceType: str


def for_node_class(plan: InterfacePlan, instance_type: InstanceType) -> list[NodeClassInterface]:
    """Render for an EC2NodeClass; raises UnplannableError for a plan that `node_class_fault` finds fault
    with."""
    if fault := node_class_fault(plan):
        raise UnplannableError(instance_type, fault)
    return [
        NodeClassInterface(
            networkCardIndex=interface.network_card_index,
            deviceIndex=interface.device_index,
            interfaceType=interface.interface_type,
        )
        for interface in plan
    ]


def node_class_fault(plan: InterfacePlan) -> str:
    """Why an EC2NodeClass cannot hold the plan; empty where it can.

    Its schema knows `interface` and `efa-only` alone and insists on an `interface` at (0, 0):
    `networkInterfaces` in karpenter.k8s.aws_ec2nodeclasses.yaml of Karpenter 1.14.0.
    """
    if any(interface.interface_type == "efa" for interface in plan):
        return (
            "network card 0 has room for one interface only, which must be of type efa; an EC2NodeClass "
            "takes interface and efa-only; use a managed node group"
        )
    return ""
