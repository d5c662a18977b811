"""The rules EC2 holds the network interfaces of a launch to.

The rules are from https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html and from the
type's own description: DescribeInstanceTypes says of every network card how many interfaces, and since 2026
also which types of interface, it takes. The codes are EC2's; the wording is its own only where a report of
it was found.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.aws.ec2.instance_types import Description
from sandbox.aws.errors import AwsError

EFA_TYPES = ("efa", "efa-only")


@dataclass(frozen=True)
class InterfaceSpecification:
    """One network interface that a launch asks for. `kind` is `interface`, `efa` or `efa-only`."""

    kind: str
    card: int
    device: int
    subnet_id: str | None
    groups: tuple[str, ...]
    public_ip: bool | None
    delete_on_termination: bool
    description: str = ""

    @property
    def has_addresses(self) -> bool:
        """An EFA-only interface carries no IP address."""
        return self.kind != "efa-only"


def read_specification(item: Mapping[str, Any]) -> InterfaceSpecification:
    """An entry of a launch template's or RunInstances' `NetworkInterfaces`."""
    keep = item.get("DeleteOnTermination")
    return InterfaceSpecification(
        kind=str(item.get("InterfaceType") or "interface"),
        card=int(item.get("NetworkCardIndex") or 0),
        device=int(item.get("DeviceIndex") or 0),
        subnet_id=item.get("SubnetId"),
        groups=tuple(item.get("Groups") or ()),
        public_ip=item.get("AssociatePublicIpAddress"),
        # EC2's default for interfaces made at launch.
        delete_on_termination=True if keep is None else bool(keep),
        description=str(item.get("Description") or ""),
    )


def validate(interfaces: Sequence[InterfaceSpecification], instance_type: Description) -> None:
    """Raise EC2's error for the first rule that the interfaces break on this type."""
    name = str(instance_type["InstanceType"])
    network = instance_type["NetworkInfo"]
    cards = {int(card["NetworkCardIndex"]): card for card in network["NetworkCards"]}
    _validate_primary(interfaces)
    for interface in interfaces:
        card = cards.get(interface.card)
        if card is None:
            message = (
                f"Network card index {interface.card} exceeds the limit for {name} of {len(cards)} cards."
            )
            raise AwsError("InvalidParameterValue", message)
        _validate_on_card(interface, card, name, bool(network.get("EfaSupported")))
    _validate_counts(interfaces, cards, name)
    efa_limit = int(network.get("EfaInfo", {}).get("MaximumEfaInterfaces", 0))
    if (efa_count := sum(interface.kind in EFA_TYPES for interface in interfaces)) > efa_limit:
        message = f"EFA interface count {efa_count} exceeds the limit of {efa_limit} for {name}."
        raise AwsError("AttachmentLimitExceeded", message)


def _validate_primary(interfaces: Sequence[InterfaceSpecification]) -> None:
    places = Counter((interface.card, interface.device) for interface in interfaces)
    if doubled := [place for place, count in places.items() if count > 1]:
        card, device = doubled[0]
        message = f"Device index {device} on network card {card} is given to more than one network interface."
        raise AwsError("InvalidParameterValue", message)
    if (0, 0) not in places:
        message = "The primary network interface, device 0 on network card 0, is missing."
        raise AwsError("InvalidParameterValue", message)
    if len(interfaces) > 1 and any(interface.public_ip for interface in interfaces):
        message = "The associatePublicIPAddress parameter cannot be specified when launching with multiple"
        raise AwsError("InvalidParameterCombination", f"{message} network interfaces.")


def _validate_on_card(
    interface: InterfaceSpecification, card: Mapping[str, Any], name: str, efa_supported: bool
) -> None:
    place = f"device index {interface.device} on network card {interface.card}"
    limit = int(card["MaximumNetworkInterfaces"])
    if interface.device >= limit:
        message = f"Interface {place} exceeds the limit for {name}: its card carries {limit} interfaces."
        raise AwsError("InvalidParameterValue", message)
    if interface.kind not in ("interface", *EFA_TYPES):
        message = f"Value ({interface.kind}) for parameter InterfaceType is invalid."
        raise AwsError("InvalidParameterValue", message)
    if interface.kind == "efa-only":
        if (interface.card, interface.device) == (0, 0):
            message = "An EFA-only network interface cannot be the primary network interface."
            raise AwsError("InvalidParameterCombination", message)
        if interface.public_ip is not None:
            message = "AssociatePublicIpAddress cannot be specified for an EFA-only network interface."
            raise AwsError("InvalidParameterValue", message)
    if interface.kind in EFA_TYPES:
        if not efa_supported:
            raise AwsError("Unsupported", f"EFA interfaces are not supported on {name}.")
        if interface.kind not in card.get("InterfaceTypes", EFA_TYPES):
            message = f"Network card {interface.card} of {name} does not support {interface.kind} interfaces."
            raise AwsError("Unsupported", message)


def _validate_counts(
    interfaces: Sequence[InterfaceSpecification], cards: Mapping[int, Mapping[str, Any]], name: str
) -> None:
    per_card = Counter(interface.card for interface in interfaces)
    efa_per_card = Counter(interface.card for interface in interfaces if interface.kind in EFA_TYPES)
    for index, count in per_card.items():
        limit = int(cards[index]["MaximumNetworkInterfaces"])
        if count > limit:
            message = (
                f"Interface count {count} on network card {index} exceeds the limit of {limit} for {name}."
            )
            raise AwsError("AttachmentLimitExceeded", message)
        if efa_per_card[index] > 1:
            message = (
                f"Network card {index} has {efa_per_card[index]} EFA interfaces; a network card takes one."
            )
            raise AwsError("InvalidParameterCombination", message)
