"""Where things go: the zones of a stack, and the one zone that a node group or provisioner lives in.

The checks and the components both ask here, so that what was checked is what is built.
"""

from collections.abc import Callable, Iterable, Mapping

from settings.network import NetworkSettings

ZONES_WITHOUT_EKS = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})
"""Zone ids where EKS puts no control plane, so no subnet of the cluster may be there.
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html (subnet requirements for clusters)"""


def stack_zones(network: NetworkSettings, region_zones: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the zones that the stack uses.

    Those the settings name, in their order; else those of an existing network; else the first `zoneCount` of
    the region that EKS can use. `region_zones` are zone ids by zone name, as `AwsFacts.zones` gives them.
    """
    if network.zones:
        return network.zones
    if network.existing:
        return tuple(sorted(network.existing.private_subnet_ids))
    usable = sorted(name for name, zone_id in region_zones.items() if zone_id not in ZONES_WITHOUT_EKS)
    return tuple(usable[: network.zone_count])


def home_zone(
    zone: str | None,
    instance_types: Iterable[str],
    zones: Iterable[str],
    offered_zones: Callable[[str], Iterable[str]],
) -> str | None:
    """The zone of a node group or provisioner: its own, else the first of `zones` that offers all its types.

    None where no zone of the stack does.
    """
    if zone:
        return zone
    offers = [set(offered_zones(name)) for name in instance_types]
    return next((name for name in zones if all(name in offer for offer in offers)), None)
