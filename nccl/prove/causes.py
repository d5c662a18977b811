"""Why a pod's traffic does not go over EFA, by its manifest and its log: what forces it comes first."""

from collections.abc import Iterator

from nccl.names import LIBFABRIC, NETWORKS
from nccl.prove.heard import PodSaid
from nccl.prove.hints import Hint
from nccl.prove.pods import JobPod
from nccl.words import quoted

EFA_RESOURCE = "vpc.amazonaws.com/efa"
HUGE_PAGE_SWITCH = "FI_EFA_USE_HUGE_PAGE"

_OFI = {name.lower() for name, kind in NETWORKS.items() if kind == LIBFABRIC}


def causes_of(pod: JobPod, said: PodSaid) -> Iterator[str]:
    """Each a clause that is true of the pod by itself."""
    yield from _forced(pod, said)
    if not pod.interfaces:
        yield f"the pod asks for no {EFA_RESOURCE}"
    if line := said.hints.get(Hint.NO_PLUGIN):
        yield f"NCCL finds no network plugin in its image ({quoted(line)}): build aws-ofi-nccl into it"
    elif line := said.hints.get(Hint.PLUGIN_NOT_LOADED):
        yield f"the plugin of its image cannot be loaded ({quoted(line)})"
    if line := said.hints.get(Hint.NO_PROVIDER):
        yield f"the plugin found no EFA device in it ({quoted(line)})"


def notes_of(pod: JobPod, said: PodSaid) -> Iterator[str]:
    """What is wrong besides, whatever carries the traffic.

    That fork() may fail beside huge pages, and the switch against it, are in the EFA cheat sheet of
    awslabs/awsome-distributed-ai (1.architectures/efa-cheatsheet.md).
    """
    if said.hints.get(Hint.NO_MEMORY) and pod.environment.get(HUGE_PAGE_SWITCH) != "0":
        asks = "" if pod.huge_pages else ", or ask for hugepages-2Mi,"
        yield (
            f"a process of {pod.name} could not allocate memory; where fork() fails so beside EFA's "
            f"huge pages, set {HUGE_PAGE_SWITCH}=0{asks} in the pod"
        )
    gpus, interfaces = pod.of_node or (0, 0)
    if pod.gpus and pod.gpus == gpus and 0 < pod.interfaces < interfaces:
        yield (
            f"{pod.name} has all {gpus} GPUs of its node and asks for {pod.interfaces} of its {interfaces} "
            "EFA interfaces: the others lie idle"
        )
    found = max(said.interfaces, default=0)
    if found > pod.interfaces:
        yield (
            f"{pod.name} asks for {pod.interfaces} {EFA_RESOURCE} and uses {found} EFA interfaces: "
            "devices of the host that the scheduler does not count"
        )


def _forced(pod: JobPod, said: PodSaid) -> Iterator[str]:
    environment = pod.environment
    network, plugin = environment.get("NCCL_NET", ""), environment.get("NCCL_NET_PLUGIN", "")
    provider = environment.get("FI_PROVIDER", "")
    if network and network.lower() not in _OFI:
        yield f"NCCL_NET={network} is in its environment: take it out"
    elif (line := said.hints.get(Hint.FORCED)) and line.rsplit(" ", 1)[-1].rstrip(".").lower() not in _OFI:
        yield f"NCCL was told which network to use ({quoted(line)})"
    if plugin.lower() == "none":
        yield "NCCL_NET_PLUGIN=none is in its environment: take it out"
    if provider and provider != "efa":
        yield f"FI_PROVIDER={provider} is in its environment: take it out"
