"""The figures are Karpenter 1.14.0's own: status.capacity and status.allocatable of its NodeClaims."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.hardware import InstanceType
from sandbox.world.kubelet_capacity import Kubelet, allocatable, capacity, devices, reserved_millicores
from tests.knowledge.moto_instance_types import descriptions, efa_type_names
from tests.sandbox.world.world_machines import P5_INTERFACES, hardware, machine


def test_a_p4d_has_what_karpenter_expects_of_it() -> None:
    kubelet = Kubelet(disk_gib=200)
    assert capacity(machine(), hardware("p4d.24xlarge"), kubelet) == {
        "cpu": "96",
        "memory": "1091174Mi",
        "pods": "737",
        "ephemeral-storage": "200Gi",
        "hugepages-2Mi": "10256Mi",
    }
    assert devices(machine(), hardware("p4d.24xlarge"), kubelet) == {
        "nvidia.com/gpu": "8",
        "vpc.amazonaws.com/efa": "4",
    }
    left = allocatable(machine(), hardware("p4d.24xlarge"), kubelet)
    assert (left["cpu"], left["memory"], left["ephemeral-storage"]) == ("95690m", "1082712Mi", "179Gi")


def test_efa_devices_are_counted_from_the_interfaces_that_are_there() -> None:
    p5 = machine("p5.48xlarge", P5_INTERFACES[:5])
    assert devices(p5, hardware("p5.48xlarge"), Kubelet())["vpc.amazonaws.com/efa"] == "4"


def test_an_instance_with_one_plain_interface_has_no_efa_and_no_huge_pages() -> None:
    plain = (machine("p5.48xlarge", [("interface", 0, 0)]), hardware("p5.48xlarge"), Kubelet())
    assert "hugepages-2Mi" not in capacity(*plain)
    assert devices(*plain) == {"nvidia.com/gpu": "8"}


def test_an_efa_only_interface_on_card_0_costs_the_pods_of_an_interface() -> None:
    full = capacity(machine("p5.48xlarge", [("interface", 0, 0)]), hardware("p5.48xlarge"), Kubelet())
    fewer = capacity(machine("p5.48xlarge", P5_INTERFACES), hardware("p5.48xlarge"), Kubelet())
    assert (full["pods"], fewer["pods"]) == ("100", "51")


def test_max_pods_of_the_kubelet_counts_before_the_interfaces() -> None:
    assert capacity(machine(), hardware("p4d.24xlarge"), Kubelet(maximum_pods=110))["pods"] == "110"


def test_gpus_do_not_show_without_their_driver() -> None:
    kubelet = Kubelet(has_nvidia_driver=False)
    assert "nvidia.com/gpu" not in devices(machine(), hardware("p4d.24xlarge"), kubelet)


def test_amd_gpus_are_not_nvidias() -> None:
    amd = replace(hardware("p4d.24xlarge"), gpu_manufacturer="AMD")
    assert "nvidia.com/gpu" not in devices(machine(), amd, Kubelet())


def test_trainium_shows_its_neuron_devices_where_the_driver_is() -> None:
    trainium = machine("trn1.32xlarge", [("interface", 0, 0)])
    assert devices(trainium, hardware("trn1.32xlarge"), Kubelet())["aws.amazon.com/neuron"] == "16"
    without = Kubelet(has_neuron_driver=False)
    assert "aws.amazon.com/neuron" not in devices(trainium, hardware("trn1.32xlarge"), without)


def test_joined_local_disks_take_the_place_of_the_root_volume_where_there_are_any() -> None:
    joined = Kubelet(disk_gib=200, joins_instance_store=True)
    p4d = capacity(machine(), hardware("p4d.24xlarge"), joined)
    assert p4d["ephemeral-storage"] == f"{8000 * 10**9 // 2**30}Gi"
    plain = machine("c5n.18xlarge", [("interface", 0, 0)])
    assert capacity(plain, hardware("c5n.18xlarge"), joined)["ephemeral-storage"] == "200Gi"


def test_kubelet_reserves_less_of_each_further_core() -> None:
    assert [reserved_millicores(cores) for cores in (1, 2, 4, 8, 96)] == [60, 70, 80, 90, 310]


@given(st.sampled_from(efa_type_names()), st.booleans())
def test_every_efa_type_leaves_pods_something_and_never_more_than_it_has(name: str, efa: bool) -> None:
    kind = InstanceType.from_description(descriptions()[name])
    interfaces = [("interface", 0, 0), *([("efa-only", 0, 1)] if efa else [])]
    instance = machine(name, interfaces)
    whole, left = (read(instance, kind, Kubelet()) for read in (capacity, allocatable))
    assert whole.keys() == left.keys()
    assert 0 < int(left["memory"].removesuffix("Mi")) < int(whole["memory"].removesuffix("Mi"))
    assert 0 < int(left["cpu"].removesuffix("m")) < 1000 * int(whole["cpu"])
