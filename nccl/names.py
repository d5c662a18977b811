"""The names that NCCL and its plugins print, each known with what it is; any other is told, never guessed.

A name is followed by whatever the log's way put behind it: a separator, a remark, or the head of a message
that lost its line break. So it is read by what it can be, not by where the line ends.
"""

import re

LIBFABRIC = "libfabric"
"""Networks of this kind say in another line which provider they chose."""

NETWORKS = {
    "AWS Libfabric": LIBFABRIC,
    "Libfabric": LIBFABRIC,
    "Socket": "socket",
    "IB": "ib",
    "IBext": "ib",
    "UCX": "ucx",
    "FastSocket": "fastsocket",
    "FasTrak": "fastrak",
    "gIB": "gib",
}
"""Names in "Using network ..." and in "via NET/...": NCCL's own (src/transport/net_socket.cc, net_ib),
those of aws-ofi-nccl (src/nccl_ofi_interface_nvidia.cpp: "AWS Libfabric" to 1.16, then "Libfabric"),
nccl-rdma-sharp and Google's plugins."""

PROVIDERS = frozenset(
    {
        "efa",
        "tcp",
        "sockets",
        "verbs",
        "udp",
        "shm",
        "psm2",
        "psm3",
        "opx",
        "cxi",
        "gni",
        "ofi_rxm",
        "ofi_rxd",
    }
    | {"net", "usnic", "ucx", "lnx", "sm2"}
)
"""Libfabric's providers and the utility layers over them, which follow a semicolon (`tcp;ofi_rxm`):
https://ofiwg.github.io/libfabric/main/man/fabric.7.html and prov/ of its source."""

_GLUED = r"(?=$|[^\w.-]|[.-](?:$|\W)|[\w.-]*:\d+:\d+ \[\d+\])"
"""What may stand behind a name: its end, or the head of the next message."""
_VERSIONED = "|".join(f"{re.escape(name)}(?:_v\\d+)?" for name in sorted(NETWORKS, key=len, reverse=True))
_NETWORK = re.compile(rf"({_VERSIONED}){_GLUED}")
_PROVIDER = re.compile(rf"([a-z][a-z\d_]*(?:;[a-z][a-z\d_]*)*){_GLUED}")


def network_at(text: str) -> str | None:
    """The known network that the text begins with; None for another name."""
    match = _NETWORK.match(text)
    return match[1] if match else None


def kind_of(network: str) -> str:
    """`libfabric`, `socket`, `ib`, ...: what a known network is."""
    return NETWORKS.get(re.sub(r"_v\d+$", "", network), network.lower())


def provider_at(text: str) -> str | None:
    """The known provider of Libfabric that the text begins with; None for another name."""
    match = _PROVIDER.match(text)
    if match and PROVIDERS.issuperset(match[1].split(";")):
        return match[1]
    glued = re.match("efa(?=[\\w.-]*:\\d+:\\d+ \\[)", text)
    return glued[0] if glued else None
