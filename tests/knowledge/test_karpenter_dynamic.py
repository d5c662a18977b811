from knowledge.efa_interfaces import plan_interfaces
from knowledge.karpenter_dynamic import dynamic_faults, dynamic_plan
from tests.knowledge.moto_instance_types import GB200, described, efa_type_names


def test_karpenter_attaches_one_combined_interface_to_each_of_the_first_cards() -> None:
    assert [
        (each.network_card_index, each.device_index, each.interface_type)
        for each in dynamic_plan(described("p4d.24xlarge"))
    ] == [(0, 0, "efa"), (1, 1, "efa"), (2, 1, "efa"), (3, 1, "efa")]


def test_each_of_them_takes_an_address() -> None:
    assert sum(each.has_address for each in dynamic_plan(described("p5.48xlarge"))) == 32


def test_a_type_without_efa_gets_a_plain_interface() -> None:
    assert [each.interface_type for each in dynamic_plan(described("m6i.xlarge"))] == ["interface"]


def test_it_is_wrong_for_exactly_the_types_with_a_card_0_without_efa_or_with_room_for_one() -> None:
    wrong = {
        name for name in efa_type_names() if dynamic_faults(described(name), plan_interfaces(described(name)))
    }
    assert wrong == {"hpc6id.32xlarge", "p6-b300.48xlarge"}


def test_it_puts_an_efa_on_card_0_of_a_p6_b300_where_none_belongs() -> None:
    b300 = described("p6-b300.48xlarge")
    assert dynamic_faults(b300, plan_interfaces(b300)) == (
        "puts an EFA on network card 0, which is not for EFA",
    )


def test_it_wants_a_second_device_where_hpc6id_has_one() -> None:
    hpc6id = described("hpc6id.32xlarge")
    assert dynamic_faults(hpc6id, plan_interfaces(hpc6id)) == (
        "uses device 1 of network card 1, which has room for 1",
    )


def test_it_is_wrong_for_gb200() -> None:
    assert len(dynamic_faults(GB200, plan_interfaces(GB200))) == 16
