"""What a node shows follows the plugins that its cluster has, and the rights of its VPC CNI."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.world.device_plugins import DevicePlugin
from sandbox.world.kubelet_capacity import devices
from sandbox.world.node_status import announced, change_of
from sandbox.world.nodes import CNI_NOT_INITIALIZED, NOT_READY, WITHOUT_NETWORK, node
from sandbox.world.registrations import of_node_claim
from tests.sandbox.world.test_world_nodes import NOW, SITE
from tests.sandbox.world.test_world_registrations import CLAIM, NVIDIA
from tests.sandbox.world.world_machines import hardware, machine

GPU, EFA = "nvidia.com/gpu", "vpc.amazonaws.com/efa"
ALL = {GPU: "8", EFA: "4"}
EVERYWHERE = {"tolerations": [{"operator": "Exists"}]}
BOTH = (DevicePlugin(GPU, EVERYWHERE), DevicePlugin(EFA, EVERYWHERE))
LATER = "2026-11-24T22:10:00Z"


def p4d(**shown: str) -> dict[str, Any]:
    """A node of Karpenter's that shows these devices."""
    registration = of_node_claim(CLAIM, NVIDIA)
    made = node(machine(), hardware("p4d.24xlarge"), registration, SITE, NOW)
    assert devices(machine(), hardware("p4d.24xlarge"), registration.kubelet) == ALL
    counts = {{"gpu": GPU, "efa": EFA}[name]: count for name, count in shown.items()}
    made["status"]["capacity"] |= counts
    made["status"]["allocatable"] |= counts
    return made


def test_without_a_plugin_a_node_has_no_device() -> None:
    assert announced(p4d(), ALL, ()) == {}
    assert announced(p4d(), ALL, BOTH) == ALL
    assert announced(p4d(), ALL, BOTH[:1]) == {GPU: "8"}


@pytest.mark.parametrize(
    ("pod", "comes"),
    [
        ({"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}, True),
        ({"tolerations": [{"key": "team", "operator": "Exists"}]}, False),
        ({**EVERYWHERE, "nodeSelector": {"eks-efa/pool": "gpu"}}, True),
        ({**EVERYWHERE, "nodeSelector": {"eks-efa/pool": "other"}}, False),
        ({**EVERYWHERE, "nodeSelector": {"node.kubernetes.io/instance-type": "p4d.24xlarge"}}, True),
    ],
)
def test_a_plugin_announces_where_its_pods_come(pod: dict[str, Any], comes: bool) -> None:
    """Whatever they say of the taint that Karpenter takes off a moment later."""
    tainted = p4d()
    tainted["spec"]["taints"] = [
        {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"},
        {"key": "karpenter.sh/unregistered", "effect": "NoExecute"},
    ]
    assert announced(tainted, ALL, [DevicePlugin(GPU, pod)]) == ({GPU: "8"} if comes else {})


def test_a_plugin_that_is_on_a_node_stays_when_the_node_is_about_to_go() -> None:
    going = p4d(gpu="8")
    going["spec"]["taints"] = [{"key": "karpenter.sh/disrupted", "effect": "NoSchedule"}]
    intolerant = [DevicePlugin(GPU, {})]
    assert announced(going, ALL, intolerant) == {GPU: "8"}
    fresh = p4d()
    fresh["spec"]["taints"] = going["spec"]["taints"]
    assert announced(fresh, ALL, intolerant) == {}


def test_devices_of_a_plugin_that_went_are_none_and_come_back_with_it() -> None:
    change = change_of(p4d(gpu="8", efa="4"), ALL, BOTH[:1], has_network=True, now=LATER)
    counts = {GPU: "8", EFA: "0"}
    assert change == {"status": {"capacity": counts, "allocatable": counts}}
    assert announced(p4d(gpu="8", efa="0"), ALL, BOTH[:1]) == {GPU: "8"}
    assert announced(p4d(gpu="8", efa="0"), ALL, BOTH) == ALL


def test_a_node_that_shows_what_it_should_is_left_alone() -> None:
    assert change_of(p4d(gpu="8", efa="4"), ALL, BOTH, has_network=True, now=LATER) == {}


def waiting() -> dict[str, Any]:
    """A node whose VPC CNI has no rights."""
    without = replace(machine(), vpc_cni_has_rights=False)
    return node(without, hardware("p4d.24xlarge"), of_node_claim(CLAIM, NVIDIA), SITE, NOW)


def test_a_node_without_a_network_says_so_as_kubelet_does() -> None:
    ready, *others = waiting()["status"]["conditions"]
    assert (ready["type"], ready["status"], ready["reason"]) == ("Ready", "False", "KubeletNotReady")
    assert ready["message"] == CNI_NOT_INITIALIZED
    assert {each["status"] for each in others} == {"False"}
    assert NOT_READY in waiting()["spec"]["taints"]
    assert NOT_READY not in p4d()["spec"]["taints"]


def test_it_is_ready_once_the_vpc_cni_may_do_its_work_and_not_before() -> None:
    assert change_of(waiting(), {}, (), has_network=False, now=LATER) == {}
    change = change_of(waiting(), {}, (), has_network=True, now=LATER)
    (ready,) = change["status"]["conditions"]
    assert change["metadata"] == {"annotations": {WITHOUT_NETWORK: None}}
    assert (ready["status"], ready["lastTransitionTime"]) == ("True", LATER)


def test_it_stays_not_ready_when_the_control_plane_had_given_it_up() -> None:
    given_up = waiting()
    given_up["status"]["conditions"][0]["status"] = "Unknown"
    (ready,) = change_of(given_up, {}, (), has_network=False, now=LATER)["status"]["conditions"]
    assert (ready["status"], ready["reason"]) == ("False", "KubeletNotReady")


def test_a_node_that_was_ready_stays_so_without_the_rights() -> None:
    """The VPC CNI has its addresses by then."""
    assert change_of(p4d(), {}, (), has_network=False, now=LATER) == {}
