import re
from collections import Counter
from dataclasses import replace

import pytest

from knowledge.efa_interfaces import (
    EFA_CARDS,
    InterfacePlan,
    PlannedInterface,
    UnplannableError,
    efa_count,
    efa_only_on_card_0,
    for_launch_template,
    for_node_class,
    node_class_fault,
    plan_interfaces,
)
from knowledge.hardware import InstanceType, NetworkCard
from tests.knowledge.moto_instance_types import (
    GB200,
    any_type,
    as_lookup,
    described,
    descriptions,
    efa_type_names,
)

# "card.device type" each; a range of cards stands for one interface on every one of them.
GOLDEN = {
    "g4dn.8xlarge": "0.0 interface, 0.1 efa-only",
    "g5.48xlarge": "0.0 interface, 0.1 efa-only",
    "g6.48xlarge": "0.0 interface, 0.1 efa-only",
    "p3dn.24xlarge": "0.0 interface, 0.1 efa-only",
    "p5.4xlarge": "0.0 interface, 0.1 efa-only",
    "g6e.24xlarge": "0.0 interface, 0.1 efa-only, 1.0 efa-only",
    "g6e.48xlarge": "0.0 interface, 0.1 efa-only, 1-3.0 efa-only",
    "g7e.24xlarge": "0.0 interface, 0.1 efa-only, 1.0 efa-only",
    "g7e.48xlarge": "0.0 interface, 0.1 efa-only, 1-3.0 efa-only",
    "p4d.24xlarge": "0.0 interface, 0.1 efa-only, 1-3.0 efa-only",
    "p4de.24xlarge": "0.0 interface, 0.1 efa-only, 1-3.0 efa-only",
    "p5.48xlarge": "0.0 interface, 0.1 efa-only, 1-31.0 efa-only",
    "p5e.48xlarge": "0.0 interface, 0.1 efa-only, 1-31.0 efa-only",
    "p5en.48xlarge": "0.0 interface, 0.1 efa-only, 1-15.0 efa-only",
    "p6-b200.48xlarge": "0.0 interface, 0.1 efa-only, 1-7.0 efa-only",
    "p6-b300.48xlarge": "0.0 interface, 1-16.0 efa-only",
    "p6e-gb200.36xlarge": "0.0 interface, 1.0 efa-only, 5.0 efa-only, 9.0 efa-only, 13.0 efa-only",
    "p6e-gb300r.36xlarge": "0.0 interface, 0.1 efa-only",
    "trn1.32xlarge": "0.0 interface, 0.1 efa-only, 1-7.0 efa-only",
    "trn1n.32xlarge": "0.0 interface, 0.1 efa-only, 1-15.0 efa-only",
    "trn2.48xlarge": "0.0 interface, 0.1 efa-only, 1-15.0 efa-only",
    "hpc6id.32xlarge": "0-1.0 efa",
    "hpc7a.96xlarge": "0.0 interface, 0.1 efa-only, 1.0 efa-only",
    "i7ie.48xlarge": "0.0 interface, 0.1 efa-only",
    "i8ge.48xlarge": "0.0 interface, 0.1 efa-only",
    "m6i.xlarge": "0.0 interface",
}

EFA_TYPES = pytest.mark.parametrize(
    "instance_type", [described(name) for name in efa_type_names()], ids=lambda each: str(each.name)
)


def written(layout: str) -> list[tuple[int, int, str]]:
    found = []
    for part in layout.split(", "):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?\.(\d+) (\S+)", part)
        assert match, part
        first, last = int(match[1]), int(match[2] or match[1])
        found += [(card, int(match[3]), match[4]) for card in range(first, last + 1)]
    return found


def places(plan: InterfacePlan) -> list[tuple[int, int, str]]:
    return [(each.network_card_index, each.device_index, each.interface_type) for each in plan]


@pytest.mark.parametrize(("name", "layout"), GOLDEN.items())
def test_each_type_gets_the_layout_that_aws_documents(name: str, layout: str) -> None:
    assert places(plan_interfaces(any_type(name))) == written(layout)


@EFA_TYPES
def test_the_primary_interface_carries_ip_and_there_is_one(instance_type: InstanceType) -> None:
    primary = [
        each
        for each in plan_interfaces(instance_type)
        if (each.network_card_index, each.device_index) == (0, 0)
    ]
    assert [each.interface_type for each in primary] in (["interface"], ["efa"])


@EFA_TYPES
def test_a_node_has_every_efa_of_its_type(instance_type: InstanceType) -> None:
    assert efa_count(plan_interfaces(instance_type)) == instance_type.efa_interfaces


@EFA_TYPES
def test_no_card_has_two_efas_or_more_interfaces_than_it_has_room_for(instance_type: InstanceType) -> None:
    plan = plan_interfaces(instance_type)
    efas = Counter(each.network_card_index for each in plan if each.has_efa)
    interfaces = Counter(each.network_card_index for each in plan)
    room = {card.index: card.maximum_interfaces for card in instance_type.network_cards}
    assert max(efas.values()) == 1
    assert all(count <= room[card] for card, count in interfaces.items())


@EFA_TYPES
def test_devices_of_a_card_are_numbered_from_0_without_gaps_or_doubles(instance_type: InstanceType) -> None:
    plan = plan_interfaces(instance_type)
    for card in {each.network_card_index for each in plan}:
        devices = sorted(each.device_index for each in plan if each.network_card_index == card)
        assert devices == list(range(len(devices)))


@EFA_TYPES
def test_a_card_that_ec2_says_takes_no_efa_gets_none(instance_type: InstanceType) -> None:
    cannot = {card.index for card in instance_type.network_cards if card.carries_efa is False}
    assert not cannot & {each.network_card_index for each in plan_interfaces(instance_type) if each.has_efa}


@EFA_TYPES
def test_pulumis_poorer_lookup_leads_to_the_same_plan(instance_type: InstanceType) -> None:
    looked_up = InstanceType.from_lookup(as_lookup(descriptions()[instance_type.name]))
    assert plan_interfaces(looked_up) == plan_interfaces(instance_type)


@EFA_TYPES
def test_a_plan_that_karpenter_takes_keeps_the_rules_of_its_schema(instance_type: InstanceType) -> None:
    plan = plan_interfaces(instance_type)
    if node_class_fault(plan):
        assert instance_type.name == "hpc6id.32xlarge"
        return
    interfaces = for_node_class(plan, instance_type)
    pairs = [(each["networkCardIndex"], each["deviceIndex"]) for each in interfaces]
    efas = Counter(each["networkCardIndex"] for each in interfaces if each["interfaceType"] == "efa-only")
    assert {each["interfaceType"] for each in interfaces} <= {"interface", "efa-only"}
    assert {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"} in interfaces
    assert len(set(pairs)) == len(pairs) <= 150
    assert max(efas.values()) == 1


def test_without_efa_wanted_there_is_one_plain_interface() -> None:
    assert plan_interfaces(described("p5.48xlarge"), efa=False) == (PlannedInterface(0, 0, "interface"),)


def test_a_new_type_needs_no_table_where_its_description_says_which_cards_carry_efa() -> None:
    cards = tuple(NetworkCard(index, 4, carries_efa=index in (1, 3)) for index in range(4))
    new = replace(described("p5.48xlarge"), name="p9.48xlarge", efa_interfaces=2, network_cards=cards)
    assert places(plan_interfaces(new)) == written("0.0 interface, 1.0 efa-only, 3.0 efa-only")


def test_a_card_without_room_for_any_interface_is_passed_over() -> None:
    cards = tuple(NetworkCard(index, count) for index, count in enumerate([4, 0, 4]))
    new = replace(described("p5.48xlarge"), name="p9.48xlarge", efa_interfaces=2, network_cards=cards)
    assert places(plan_interfaces(new)) == written("0.0 interface, 0.1 efa-only, 2.0 efa-only")


def test_more_efas_than_cards_are_refused_by_name() -> None:
    impossible = replace(described("g5.48xlarge"), efa_interfaces=2)
    with pytest.raises(UnplannableError, match=r"^g5\.48xlarge: 2 EFA interfaces but only 1 network cards"):
        plan_interfaces(impossible)


def test_a_table_that_contradicts_the_description_is_refused_by_name() -> None:
    smaller = replace(GB200, network_cards=GB200.network_cards[:13])
    with pytest.raises(UnplannableError, match=r"^p6e-gb200\.36xlarge: network cards \[13\] take no EFA"):
        plan_interfaces(smaller)


def test_the_table_lists_cards_upwards_and_once() -> None:
    for cards in EFA_CARDS.values():
        assert list(cards) == sorted(set(cards))


def test_only_an_efa_only_interface_on_card_0_takes_from_the_pods() -> None:
    assert efa_only_on_card_0(plan_interfaces(described("p5.48xlarge"))) == 1
    assert efa_only_on_card_0(plan_interfaces(described("p6-b300.48xlarge"))) == 0
    assert efa_only_on_card_0(plan_interfaces(described("hpc6id.32xlarge"))) == 0


def test_only_interfaces_with_ip_take_addresses() -> None:
    assert [each.has_address for each in plan_interfaces(described("g4dn.8xlarge"))] == [True, False]
    assert [each.has_address for each in plan_interfaces(described("hpc6id.32xlarge"))] == [True, True]


def test_a_launch_template_names_groups_on_each_interface_and_neither_subnet_nor_public_address() -> None:
    assert for_launch_template(plan_interfaces(described("g4dn.8xlarge")), ["sg-efa", "sg-cluster"]) == [
        {
            "network_card_index": 0,
            "device_index": 0,
            "interface_type": "interface",
            "delete_on_termination": "true",
            "security_groups": ["sg-efa", "sg-cluster"],
        },
        {
            "network_card_index": 0,
            "device_index": 1,
            "interface_type": "efa-only",
            "delete_on_termination": "true",
            "security_groups": ["sg-efa", "sg-cluster"],
        },
    ]


def test_a_launch_template_interface_has_the_argument_names_of_pulumi_aws() -> None:
    from pulumi_aws.ec2 import LaunchTemplateNetworkInterfaceArgs

    (interface,) = for_launch_template(plan_interfaces(described("m6i.xlarge")), ["sg-1"])
    assert LaunchTemplateNetworkInterfaceArgs(**interface).security_groups == ["sg-1"]


def test_a_node_class_says_it_in_the_words_of_its_schema() -> None:
    p4d = described("p4d.24xlarge")
    assert for_node_class(plan_interfaces(p4d), p4d)[:3] == [
        {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"},
        {"networkCardIndex": 0, "deviceIndex": 1, "interfaceType": "efa-only"},
        {"networkCardIndex": 1, "deviceIndex": 0, "interfaceType": "efa-only"},
    ]


def test_a_node_class_for_hpc6id_is_refused_with_the_way_out() -> None:
    hpc6id = described("hpc6id.32xlarge")
    with pytest.raises(UnplannableError, match=r"^hpc6id\.32xlarge: .*use a managed node group$"):
        for_node_class(plan_interfaces(hpc6id), hpc6id)
