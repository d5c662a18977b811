import inspect
from dataclasses import replace

import pytest

from knowledge.efa_interfaces import efa_only_on_card_0, plan_interfaces
from knowledge.hardware import InstanceType, NetworkCard
from tests.knowledge.moto_instance_types import any_type, as_lookup, described, descriptions, efa_type_names

# karpenter-provider-aws v1.14.1, website reference/instance-types.md: `pods` of each type.
ENI_PODS = {
    "g4dn.8xlarge": 58,
    "g5.48xlarge": 345,
    "g6.48xlarge": 737,
    "g6e.24xlarge": 492,
    "g6e.48xlarge": 492,
    "p3dn.24xlarge": 737,
    "p4d.24xlarge": 737,
    "p4de.24xlarge": 737,
    "p5.4xlarge": 118,
    "p5.48xlarge": 100,
    "p5e.48xlarge": 100,
    "p5en.48xlarge": 198,
    "p6-b200.48xlarge": 198,
    "p6-b300.48xlarge": 198,
    "trn1.32xlarge": 247,
    "trn1n.32xlarge": 247,
    "trn2.48xlarge": 100,
    "hpc6id.32xlarge": 51,
    "hpc7a.96xlarge": 100,
}


def test_a_description_of_ec2_is_read_whole() -> None:
    assert described("p5.48xlarge") == InstanceType(
        name="p5.48xlarge",
        architecture="x86_64",
        vcpus=192,
        memory_mib=2097152,
        gpus=8,
        gpu_name="H100",
        gpu_manufacturer="NVIDIA",
        gpu_memory_mib=655360,
        efa_interfaces=32,
        network_cards=tuple(NetworkCard(index, 2, carries_efa=True) for index in range(32)),
        ipv4_per_interface=50,
        placement_strategies=("cluster", "partition", "spread"),
        neuron_devices=0,
        instance_store_gb=30400,
    )


def test_a_card_that_takes_no_efa_is_told_from_those_that_do() -> None:
    cards = described("p6-b300.48xlarge").network_cards
    assert [card.index for card in cards if not card.carries_efa] == [0]


def test_every_type_of_ec2_can_be_read_from_its_description() -> None:
    for name, description in descriptions().items():
        assert InstanceType.from_description(description).name == name


def test_a_type_without_gpu_or_efa_has_none_of_either() -> None:
    plain = described("m6i.xlarge")
    assert (plain.gpus, plain.gpu_name, plain.gpu_manufacturer, plain.gpu_memory_mib) == (0, "", "", 0)
    assert (plain.efa_interfaces, plain.neuron_devices) == (0, 0)


def test_neuron_devices_are_counted() -> None:
    assert described("trn1.32xlarge").neuron_devices == 16


def test_the_lookup_of_pulumi_says_the_same_as_the_description_but_for_which_cards_carry_efa() -> None:
    for name, description in descriptions().items():
        from_description = InstanceType.from_description(description)
        without = tuple(replace(card, carries_efa=None) for card in from_description.network_cards)
        assert InstanceType.from_lookup(as_lookup(description)) == replace(
            from_description, network_cards=without
        ), name


def test_the_lookup_is_read_by_names_that_pulumi_aws_has() -> None:
    from pulumi_aws.ec2 import GetInstanceTypeResult
    from pulumi_aws.ec2.outputs import GetInstanceTypeGpusResult, GetInstanceTypeNetworkCardResult

    lookup = as_lookup(descriptions()["p5.48xlarge"])
    assert set(lookup) <= set(inspect.signature(GetInstanceTypeResult.__init__).parameters)
    cards = [
        GetInstanceTypeNetworkCardResult(**card, baseline_bandwidth=1.0, peak_bandwidth=1.0, performance="")
        for card in lookup["network_cards"]
    ]
    gpus = [GetInstanceTypeGpusResult(**gpu) for gpu in lookup["gpuses"]]
    assert InstanceType.from_lookup(
        lookup | {"network_cards": cards, "gpuses": gpus}
    ) == InstanceType.from_lookup(lookup)


def test_network_cards_come_in_the_order_of_their_indexes() -> None:
    lookup = as_lookup(descriptions()["p4d.24xlarge"])
    lookup["network_cards"].reverse()
    assert [card.index for card in InstanceType.from_lookup(lookup).network_cards] == [0, 1, 2, 3]


def test_card_0_is_the_default_card_of_every_type() -> None:
    assert {each["NetworkInfo"]["DefaultNetworkCardIndex"] for each in descriptions().values()} == {0}


@pytest.mark.parametrize(("name", "pods"), ENI_PODS.items())
def test_pods_without_efa_are_as_many_as_karpenter_documents(name: str, pods: int) -> None:
    assert any_type(name).eni_pod_limit() == pods


def test_an_efa_only_interface_on_card_0_halves_the_pods_of_a_p5() -> None:
    p5 = described("p5.48xlarge")
    assert p5.eni_pod_limit(efa_only_on_card_0(plan_interfaces(p5))) == 51


def test_reserved_interfaces_are_not_there_for_pods() -> None:
    assert described("p5en.48xlarge").eni_pod_limit(efa_only_on_card_0=1, reserved_interfaces=1) == 2 * 49 + 2


def test_without_an_interface_left_no_pod_has_an_address() -> None:
    assert described("p5.48xlarge").eni_pod_limit(efa_only_on_card_0=1, reserved_interfaces=1) == 0


def test_moto_still_knows_enough_efa_types_for_the_properties_to_mean_something() -> None:
    assert len(efa_type_names()) >= 303
