"""What EC2 takes as the network interfaces of a launch, type by type."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.ec2.models.instance_types import INSTANCE_TYPES

from sandbox.aws.ec2.instance_types import describe
from sandbox.aws.ec2.network_interfaces import read_specification, validate
from sandbox.aws.errors import AwsError

Place = tuple[int, int, str]

EFA_TYPES = sorted(name for name, one in INSTANCE_TYPES.items() if one["NetworkInfo"].get("EfaSupported"))


def check(instance_type: str, *places: Place, **primary: Any) -> None:
    listed = [
        {"NetworkCardIndex": card, "DeviceIndex": device, "InterfaceType": kind}
        for card, device, kind in places
    ]
    listed[0] |= primary
    validate([read_specification(item) for item in listed], describe(instance_type))


PRIMARY = (0, 0, "interface")

ACCEPTED: dict[str, tuple[str, list[Place]]] = {
    "one plain interface": ("m7i.large", [PRIMARY]),
    "p5 as AWS lays it out now": (
        "p5.48xlarge",
        [PRIMARY, (0, 1, "efa-only"), *[(card, 0, "efa-only") for card in range(1, 32)]],
    ),
    "p5 as Karpenter lays it out by itself": (
        "p5.48xlarge",
        [(0, 0, "efa"), *[(card, 1, "efa") for card in range(1, 32)]],
    ),
    "p6-b300, whose first card takes no EFA": (
        "p6-b300.48xlarge",
        [PRIMARY, *[(card, 0, "efa-only") for card in range(1, 17)]],
    ),
    "hpc6id, whose cards carry one interface each": ("hpc6id.32xlarge", [(0, 0, "efa"), (1, 0, "efa")]),
}

REFUSED: dict[str, tuple[str, str, list[Place]]] = {
    "a card the type does not have": (
        "InvalidParameterValue.*card index 4",
        "p4d.24xlarge",
        [PRIMARY, (4, 0, "efa-only")],
    ),
    "a device the card does not carry": (
        "InvalidParameterValue.*device index 2",
        "p5.48xlarge",
        [PRIMARY, (1, 2, "efa-only")],
    ),
    "two EFAs on a card": (
        "InvalidParameterCombination.*card 1 has 2 EFA",
        "p4d.24xlarge",
        [PRIMARY, (1, 0, "efa-only"), (1, 1, "efa")],
    ),
    "an EFA-only primary interface": (
        "InvalidParameterCombination.*primary",
        "p4d.24xlarge",
        [(0, 0, "efa-only"), (1, 0, "efa-only")],
    ),
    "no primary interface": ("InvalidParameterValue.*primary", "p4d.24xlarge", [(1, 0, "efa-only")]),
    "one place twice": (
        "InvalidParameterValue.*more than one",
        "p4d.24xlarge",
        [PRIMARY, (0, 0, "interface")],
    ),
    "EFA on a type without it": ("Unsupported.*m7i.large", "m7i.large", [(0, 0, "efa")]),
    "EFA on p6-b300's first card": (
        "Unsupported.*card 0",
        "p6-b300.48xlarge",
        [PRIMARY, (0, 1, "efa-only")],
    ),
    "more EFAs than the type has": (
        "AttachmentLimitExceeded.*limit of 1",
        "i7ie.48xlarge",
        [(0, 0, "efa"), (1, 0, "efa")],
    ),
    "an interface type that does not exist": (
        "InvalidParameterValue.*InterfaceType",
        "p4d.24xlarge",
        [(0, 0, "elastic")],
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_layout_of_the_reference_is_accepted(case: str) -> None:
    instance_type, places = ACCEPTED[case]
    check(instance_type, *places)


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_rule_is_refused_with_ec2s_code(case: str) -> None:
    error, instance_type, places = REFUSED[case]
    with pytest.raises(AwsError, match=error):
        check(instance_type, *places)


def test_a_public_address_goes_with_a_single_interface_only() -> None:
    check("p4d.24xlarge", PRIMARY, AssociatePublicIpAddress=True)
    with pytest.raises(AwsError, match=r"InvalidParameterCombination.*multiple network interfaces"):
        check("p4d.24xlarge", PRIMARY, (1, 0, "efa-only"), AssociatePublicIpAddress=True)


@given(instance_type=st.sampled_from(EFA_TYPES), data=st.data())
def test_on_every_efa_type_one_efa_more_than_there_are_cards_for_is_refused(
    instance_type: str, data: Any
) -> None:
    cards = [
        int(card["NetworkCardIndex"])
        for card in describe(instance_type)["NetworkInfo"]["NetworkCards"]
        if "efa" in card["InterfaceTypes"]
    ]
    card = data.draw(st.sampled_from(cards))
    primary: list[Place] = [] if card == 0 else [PRIMARY]
    once = [*primary, (card, 0, "efa")]
    check(instance_type, *once)
    with pytest.raises(AwsError):
        check(instance_type, *once, (card, 1, "efa"))
