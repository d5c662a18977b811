"""Devices that nothing announces: pods would wait for them, and a node for the pods, for ever."""

import pytest

from settings.faults import Fault
from tests.settings.bad_settings import GOOD, PROD, Changes, settings_of, spoilt

ENDLESS = "pods that ask for it wait for ever, and Karpenter never takes back a node that it brought for them"
OWN = "leave it out, unless a plugin of your own selects these nodes and tolerates their taints"


def warnings_of(changes: Changes) -> list[str]:
    told: list[Fault] = []
    settings_of(spoilt(changes), warn=told.append)
    return [str(warning) for warning in told]


@pytest.mark.parametrize(
    ("plugin", "resource"), [("nvidia", "nvidia.com/gpu"), ("efa", "vpc.amazonaws.com/efa")]
)
def test_a_plugin_that_is_switched_off_is_told_with_the_pools_it_leaves_without(
    plugin: str, resource: str
) -> None:
    assert warnings_of({f"devicePlugins.{plugin}.enabled": False}) == [
        f"devicePlugins.{plugin}.enabled: false, so nothing of this stack announces {resource} on nodes of "
        f"by-hand, elastic; {ENDLESS}; {OWN}"
    ]


def test_a_plugin_that_no_pool_needs_may_be_switched_off() -> None:
    changes = {"devicePlugins.efa.enabled": False, "nodeGroups[0].efa": False, "provisioners[0].efa": "none"}
    assert warnings_of(changes) == []


def test_neuron_devices_are_announced_by_no_plugin_of_ours() -> None:
    changes = {"nodeGroups[0].instanceType": "trn1.32xlarge"}
    assert warnings_of(changes) == [
        f"nodeGroups[0]: nothing of this stack announces aws.amazon.com/neuron; {ENDLESS}; install AWS's "
        "Neuron device plugin, selecting these nodes and tolerating their taints"
    ]


@pytest.mark.parametrize("good", [GOOD, PROD])
def test_what_the_defaults_install_reaches_every_pool(good: dict[str, object]) -> None:
    told: list[Fault] = []
    settings_of(good, warn=told.append)
    assert told == []
