import json
from pathlib import Path

import pytest

from sandbox.world.machines import Machine, parse_machines
from sandbox.world.nodes import Registration, Site, node
from sandbox.world.registrations import of_node_claim, of_node_group
from tests.sandbox.world.test_world_registrations import CLAIM, GROUP, NVIDIA
from tests.sandbox.world.world_machines import P5_INTERFACES, hardware, machine, view

GOLDEN = Path(__file__).parent / "golden"
SITE = Site(region="us-west-2", kubernetes="1.35.4", kubelet_port=10250)
NOW = "2026-11-24T22:00:00Z"

CASES = {
    "p4d-of-karpenter": (machine(), of_node_claim(CLAIM, NVIDIA)),
    "p5-of-a-node-group": (
        machine("p5.48xlarge", P5_INTERFACES, 7, node_group="train", tags={}),
        of_node_group(GROUP, {}, NVIDIA, "ami-0123456789abcdef0"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_node_of(case: str) -> None:
    instance, registration = CASES[case]
    expected = json.loads((GOLDEN / f"{case}.json").read_text())
    assert node(instance, hardware(instance.instance_type), registration, SITE, NOW) == expected


def test_what_the_machine_is_cannot_be_overridden_by_labels() -> None:
    lying = Registration(labels={"node.kubernetes.io/instance-type": "t3.nano", "team": "a"})
    labels = node(machine(), hardware("p4d.24xlarge"), lying, SITE, NOW)["metadata"]["labels"]
    assert (labels["node.kubernetes.io/instance-type"], labels["team"]) == ("p4d.24xlarge", "a")


def test_an_instance_is_found_by_its_id_and_knows_its_provider_id() -> None:
    machines = parse_machines([view(), view("p5.48xlarge", P5_INTERFACES, 7)])
    assert [each.instance_type for each in machines.values()] == ["p4d.24xlarge", "p5.48xlarge"]
    assert machines[f"i-{4:017x}"].provider_id == f"aws:///us-west-2a/i-{4:017x}"


def test_interfaces_are_counted_by_what_they_are() -> None:
    p4d, p5 = machine(), machine("p5.48xlarge", P5_INTERFACES)
    assert (p4d.efa_interfaces, p4d.efa_only_on_card_0) == (4, 0)
    assert (p5.efa_interfaces, p5.efa_only_on_card_0) == (32, 1)


def test_karpenters_instances_are_known_by_their_tag() -> None:
    assert machine().is_of_karpenter
    assert not Machine.from_view(view(tags={"eks:nodegroup-name": "train"})).is_of_karpenter
