"""Reading Karpenter's log from a file or from its pods."""

import time
from collections import deque
from pathlib import Path

from lightkube.resources.coordination_v1 import Lease

from cli.cluster import Cluster
from cli.console import output, tell
from cli.errors import CommandError

LEADER_LEASE = "karpenter-leader-election"
"""Lease that Karpenter's replicas elect a leader by; only the leader launches and removes nodes."""


def show_file(path: Path, lines: int) -> None:
    """The last lines of a log file; none where Karpenter has not run yet."""
    if not path.is_file():
        tell(f"{path}: no log yet; Karpenter starts with: make up")
        return
    with path.open(encoding="utf-8", errors="replace") as log:
        for line in deque(log, maxlen=lines):
            _print(line.rstrip("\n"))


def follow_file(path: Path) -> None:
    """Print what is added to a file, until interrupted. A file that is begun anew is read from its start."""
    position = path.stat().st_size if path.is_file() else 0
    rest = ""
    while True:
        if path.is_file() and (size := path.stat().st_size) != position:
            with path.open("rb") as log:
                log.seek(position if size > position else 0)
                text = rest + log.read().decode(errors="replace")
                position = log.tell()
            *whole, rest = text.split("\n")
            for line in whole:
                _print(line)
        time.sleep(0.3)


def pod_log(cluster: Cluster, lines: int, *, follow: bool) -> None:
    """The log of the leading replica; of every replica in turn where none leads."""
    pods = [pod.metadata for pod in cluster.karpenter_pods() if pod.metadata is not None]
    if not pods:
        raise CommandError("karpenter", "no pod of it in this cluster", "deploy it with: make up")
    names = {pod.name or "": pod.namespace or "" for pod in pods}
    leader = _leader(cluster, set(names.values()))
    chosen = [name for name in names if leader.startswith(f"{name}_")] or list(names)
    for name in chosen[:1] if follow else chosen:
        tell(f"{names[name]}/{name}")
        for line in cluster.client.log(name, namespace=names[name], follow=follow, tail_lines=lines):
            _print(line.rstrip("\n"))


def _leader(cluster: Cluster, namespaces: set[str]) -> str:
    for namespace in namespaces:
        for lease in cluster.client.list(Lease, namespace=namespace):
            if lease.metadata and lease.metadata.name == LEADER_LEASE and lease.spec:
                return lease.spec.holderIdentity or ""
    return ""


def _print(line: str) -> None:
    output.out(line, highlight=False)
    output.file.flush()
