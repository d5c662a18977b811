"""What of somebody else's stands where something of ours would go, and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.adoption.contents import Contents
from cli.adoption.wishes import Wish

MOST_NAMED = 3

CURES = {
    "eks-efa:nccl:MpiOperator": "set mpiOperator.enabled false, and theirs is used",
    "eks-efa:nccl:DevicePlugins": "set devicePlugins.nvidia.enabled or devicePlugins.efa.enabled false",
    "eks-efa:nccl:NcclTest": "leave nccl.pool out, or take that away first",
    "eks-efa:karpenter:Karpenter": "a cluster takes one Karpenter: take theirs away first, or use it",
    "eks-efa:karpenter:Provisioner": "give the provisioner another name",
    "eks-efa:monitoring:Monitoring": "set monitoring.enabled false",
    "eks-efa:monitoring:MonitoringCrds": "set monitoring.enabled false",
}
"""By the component that would make it."""

GROUPS = {"karpenter.sh": "karpenter-crd", "monitoring.coreos.com": "prometheus-operator-crds"}
"""API groups that a chart of ours defines, and our release of it: somebody else's definitions may have come
by other names."""

ONE_A_NODE = {
    "aws-efa-k8s-device-plugin": ("aws-efa-k8s-device-plugin", "devicePlugins.efa.enabled"),
    "k8s-device-plugin": ("nvidia-device-plugin", "devicePlugins.nvidia.enabled"),
    "dcgm-exporter": ("dcgm-exporter", "monitoring.dcgmExporter.enabled"),
    "node-exporter": ("kube-prometheus-stack", "monitoring.enabled"),
}
"""What a node takes one of, by the last part of its image: our release of it, and the setting. Two plugins of
a kind give a node's devices away twice, two exporters want the same port of it or the same counters."""


@dataclass(frozen=True)
class Clash:
    """Something that is in the way."""

    part: str
    """Component that would make the same."""
    what: str
    cure: str


def clashes(wishes: Iterable[Wish], contents: Contents) -> tuple[Clash, ...]:
    """All of them, one a part of the stack."""
    wanted = tuple(wishes)
    return (*_same_names(wanted, contents), *_definitions(wanted, contents), *_doubled(wanted, contents))


def _same_names(wanted: tuple[Wish, ...], contents: Contents) -> Iterator[Clash]:
    taken: dict[str, list[Wish]] = {}
    for wish in wanted:
        if contents.has(wish):
            taken.setdefault(wish.part, []).append(wish)
    for part, there in taken.items():
        named = ", ".join(str(wish) for wish in there[:MOST_NAMED])
        more = f" and {len(there) - MOST_NAMED} more" if len(there) > MOST_NAMED else ""
        yield Clash(part, f"there already: {named}{more}", CURES.get(part, "take it away first"))


def _definitions(wanted: tuple[Wish, ...], contents: Contents) -> Iterator[Clash]:
    """Kinds that a chart of ours would define, where no release of its part is there to have done so. Once
    ours has been made nobody wishes for it, and the group is ours."""
    for group, release in GROUPS.items():
        part = next((wish.part for wish in wanted if wish.is_release and wish.name == release), None)
        there = any(wish.part == part and contents.has(wish) for wish in wanted)
        if part is not None and not there and contents.serves(group):
            yield Clash(part, f"somebody has defined the kinds of {group}", CURES[part])


def _doubled(wanted: tuple[Wish, ...], contents: Contents) -> Iterator[Clash]:
    releases = {wish.name: wish for wish in wanted if wish.is_release}
    for place, images in contents.daemon_sets():
        for image in images:
            release, setting = ONE_A_NODE.get(_last_part(image), ("", ""))
            if release in releases and not contents.has(releases[release]):
                what = f"DaemonSet {place} does the same on its nodes ({image})"
                yield Clash(releases[release].part, what, f"set {setting} false")


def _last_part(image: str) -> str:
    """`k8s-device-plugin` of `nvcr.io/nvidia/k8s-device-plugin:v0.19.3`."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]
