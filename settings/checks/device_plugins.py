"""Checks of `devicePlugins`: devices that nothing of the stack announces, or that are counted wrong."""

from collections.abc import Iterator

from knowledge.compatibility.release import compare
from knowledge.efa_plugin import LEAST_CHART_ON_P6, MISCOUNTED, is_miscounted
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, NEURON_RESOURCE
from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed

ENDLESS = "pods that ask for it wait for ever, and Karpenter never takes back a node that it brought for them"


def device_plugin_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Devices whose plugin is switched off; what a pool has, the account says."""
    plugins = reading.device_plugins
    if not plugins or not account:
        return
    pools = [(pool, _devices(pool, account)) for pool in pools_of(reading)]
    for path, plugin, resource in (
        ("devicePlugins.nvidia.enabled", plugins.nvidia, GPU_RESOURCE),
        ("devicePlugins.efa.enabled", plugins.efa, EFA_RESOURCE),
    ):
        names = [pool.name for pool, resources in pools if resource in resources]
        if names and not plugin.enabled:
            what = f"false, so nothing of this stack announces {resource} on nodes of {listed(names)}"
            cure = "leave it out, unless a plugin of your own selects these nodes and tolerates their taints"
            yield Fault(path, what, ENDLESS, cure)


def neuron_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Devices whose plugin is none of ours, nor of a team's platform."""
    if not account:
        return
    for pool in pools_of(reading):
        if NEURON_RESOURCE in _devices(pool, account):
            what = f"nothing of this stack announces {NEURON_RESOURCE}"
            cure = "install AWS's Neuron device plugin, selecting these nodes and tolerating their taints"
            yield Fault(pool.path, what, ENDLESS, cure)


def check_device_plugins(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """A release of the EFA plugin that counts too many interfaces on the stack's nodes."""
    del account
    plugin = reading.device_plugins.efa if reading.device_plugins else None
    if plugin is None or not plugin.enabled or compare(plugin.version, LEAST_CHART_ON_P6) >= 0:
        return
    pools = (pool for pool in pools_of(reading) if pool.efa != "none")
    types = [name for pool in pools for name in pool.type_names if is_miscounted(name)]
    if types:
        what = f"{plugin.version} counts NVLink's devices of {listed(types)} as EFA interfaces ({MISCOUNTED})"
        allowed = f"at least {LEAST_CHART_ON_P6}, which brings plugin 0.5.10"
        yield Fault("devicePlugins.efa.version", what, allowed, "leave it out for the newest known")


def _devices(pool: Pool, account: Account) -> frozenset[str]:
    """What device plugins would announce on its nodes, as far as its types are known."""
    types = [account.types[name] for name in pool.type_names if name in account.types]
    has = {
        GPU_RESOURCE: any(each.has_nvidia_gpus for each in types),
        EFA_RESOURCE: pool.efa != "none" and any(each.efa_interfaces > 0 for each in types),
        NEURON_RESOURCE: any(each.neuron_devices > 0 for each in types),
    }
    return frozenset(resource for resource, is_there in has.items() if is_there)
