"""The interfaces that Karpenter attaches of its own accord, and the instance types for which they are the
wrong ones."""

from knowledge.efa_interfaces import InterfacePlan, PlannedInterface
from knowledge.hardware import InstanceType


def dynamic_plan(instance_type: InstanceType) -> InterfacePlan:
    """What an instance gets when a pod asks for `vpc.amazonaws.com/efa` and the EC2NodeClass names no
    interfaces.

    One `efa` interface on each of the first cards, as many as the type has EFAs, at device 1 on all but card
    0: `generateNetworkInterfaces` in karpenter-provider-aws v1.14.0,
    pkg/providers/launchtemplate/launchtemplate.go.
    """
    if instance_type.efa_interfaces == 0:
        return (PlannedInterface(0, 0, "interface"),)
    return tuple(
        PlannedInterface(card, 0 if card == 0 else 1, "efa") for card in range(instance_type.efa_interfaces)
    )


def dynamic_faults(instance_type: InstanceType, planned: InterfacePlan) -> tuple[str, ...]:
    """Why EC2 would refuse that layout, one reason each; empty where it launches with every EFA.

    `planned` is the type's own plan, which says on which cards an EFA is right.
    """
    room = {card.index: card.maximum_interfaces for card in instance_type.network_cards}
    right = {interface.network_card_index for interface in planned if interface.has_efa}
    faults = []
    for interface in dynamic_plan(instance_type):
        card, device = interface.network_card_index, interface.device_index
        if interface.has_efa and card not in right:
            faults.append(f"puts an EFA on network card {card}, which is not for EFA")
        elif device >= room[card]:
            faults.append(f"uses device {device} of network card {card}, which has room for {room[card]}")
    return tuple(faults)
