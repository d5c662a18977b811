"""The configuration that kwokctl makes a control plane from, tuned for a machine of two cores.

Field names: `KwokctlConfiguration` in pkg/apis/config/v1alpha1 of sigs.k8s.io/kwok.
"""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from sandbox.paths import SandboxPaths
from sandbox.world.karpenter_pods import SELECTOR
from sandbox.world.mpi.pods import OWN_STATUS
from sandbox.world.nodes import WITHOUT_NETWORK
from sandbox.world.pins import KUBERNETES, pinned_version
from sandbox.world.tools import Tools

LOOPBACK = "127.0.0.1"

PORTS = (
    "etcdPeerPort",
    "etcdPort",
    "kubeApiserverPort",
    "kubeControllerManagerPort",
    "kubeSchedulerPort",
    "kwokControllerPort",
)
"""The options that hold a port; without a number kwokctl looks for one only when it is about to use it."""

HEARTBEAT_FACTOR = 20.0
"""How much rarer than kubelets KWOK's nodes renew their leases: every 200 s, so a thousand cost 5 writes a
second. The node controller's patience grows with it."""

_ALONE = {"leader-elect": "false"}
"""There is one of each, and one that was killed must not wait for its own lease to run out (15 s)."""

FILE = "kwokctl.yaml"
"""Where the document is kept, in `SandboxPaths.control_plane`."""

_EXTRA_ARGUMENTS: dict[str, dict[str, str]] = {
    # State need not survive a power cut, and without fsync a write takes microseconds. It survives a kill.
    "etcd": {"unsafe-no-fsync": "true"},
    # It taints a new node until the node controller has seen it Ready; ours say themselves whether they are.
    "kube-apiserver": {"disable-admission-plugins": "TaintNodesByCondition"},
    "kube-scheduler": _ALONE,
    # What these pods do is told by the agent: Karpenter's, for which it runs the real program, and MPIJobs'.
    "kwok-controller": {
        "disregard-status-with-label-selector": SELECTOR,
        "disregard-status-with-annotation-selector": ",".join(
            f"{name}={value}" for name, value in OWN_STATUS.items()
        ),
    },
    "kube-controller-manager": {
        **_ALONE,
        # They write to every node that joins: for volumes it has not, and for the cache of a kubelet.
        "controllers": "*,-persistentvolume-attach-detach-controller,-ttl-controller",
    },
}


NODE_WITHOUT_NETWORK: dict[str, Any] = {
    "apiVersion": "kwok.x-k8s.io/v1alpha1",
    "kind": "Stage",
    "metadata": {"name": "node-without-network"},
    "spec": {
        "resourceRef": {"apiGroup": "v1", "kind": "Node"},
        "selector": {
            "matchExpressions": [{"key": f'.metadata.annotations["{WITHOUT_NETWORK}"]', "operator": "Exists"}]
        },
        "weight": 1,
        "next": {},
    },
}
"""What KWOK does to a node that waits for its network: nothing. Its built-in stages, which have no weight,
would make every node Ready. It stands in a file of its own, as a stage beside kwokctl's configuration would
take the place of all built-in ones (`Save` in pkg/kwokctl/runtime/cluster.go of KWOK 0.8)."""

STAGES = "stages.yaml"
"""The file, in `SandboxPaths.control_plane`."""


def kwokctl_configuration(tools: Tools, ports: dict[str, int], stages: Path) -> dict[str, Any]:
    """The KwokctlConfiguration document.

    `ports` has a number for each of `PORTS`; `stages` is a file of stages beside the built-in ones.
    """
    arguments_of = {
        **_EXTRA_ARGUMENTS,
        "kwok-controller": {**_EXTRA_ARGUMENTS["kwok-controller"], "config": str(stages)},
    }
    return {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": {
            "runtime": "binary",
            "bindAddress": LOOPBACK,
            "kubeVersion": f"v{pinned_version(KUBERNETES)}",
            # Naming Stage here too would switch the built-in stages off, and nodes would stay Unknown.
            "enableCRDs": ["Logs", "ClusterLogs"],
            "heartbeatFactor": HEARTBEAT_FACTOR,
            "disableQPSLimits": True,
            "etcdBinary": str(tools.path("etcd")),
            "kubeApiserverBinary": str(tools.path("kube-apiserver")),
            "kubeControllerManagerBinary": str(tools.path("kube-controller-manager")),
            "kubeSchedulerBinary": str(tools.path("kube-scheduler")),
            "kwokControllerBinary": str(tools.path("kwok")),
            "kubectlBinary": str(tools.path("kubectl")),
            **ports,
        },
        "componentsPatches": [
            {"name": name, "extraArgs": [{"key": key, "value": value} for key, value in arguments.items()]}
            for name, arguments in arguments_of.items()
        ],
    }


def kubelet_port(paths: SandboxPaths) -> int:
    """Where KWOK of a running control plane answers for its nodes' kubelets."""
    configuration = yaml.safe_load((paths.control_plane / FILE).read_text())
    return int(configuration["options"]["kwokControllerPort"])


@contextmanager
def reserved_ports(count: int) -> Iterator[list[int]]:
    """Ports of this machine that nobody listens on, all different; for the length of the block nobody who
    asks the system for any port is given one of them.

    Who is told to listen on one of them can: Go's listeners set SO_REUSEADDR, and to those Linux gives a port
    that is bound and not listened on (inet_csk_bind_conflict in net/ipv4/inet_connection_sock.c). Elsewhere
    it could not, and the ports are only free.
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            each.bind((LOOPBACK, 0))
        ports = [each.getsockname()[1] for each in sockets]
        if sys.platform != "linux":
            stack.close()
        yield ports


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on, all different. They are free now, not reserved."""
    with reserved_ports(count) as ports:
        return ports
