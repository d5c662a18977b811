"""The local control plane's kubeconfig, with everything it needs inside it."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.engine.world import World

START_SECONDS = 60
"""How long the control plane, started beside the engine, may take to write its kubeconfig."""

_FILES = ("certificate-authority", "client-certificate", "client-key")


@dataclass(frozen=True)
class Kubeconfig:
    """What the program's Kubernetes provider gets, and what EKS tells of the cluster."""

    content: dict[str, Any]
    endpoint: str
    certificate_authority: str
    """PEM in base64."""

    @property
    def fingerprint(self) -> str:
        """Changes with anything in it."""
        return hashlib.sha256(repr(self.content).encode()).hexdigest()[:16]


def find_kubeconfig(path: Path) -> Kubeconfig | None:
    """Read a kubeconfig, files that it names included; None where there is none yet."""
    try:
        content: dict[str, Any] = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        return None
    for entry in (*(c["cluster"] for c in content["clusters"]), *(u["user"] for u in content["users"])):
        for name in _FILES:
            if name in entry:
                data = (path.parent / entry.pop(name)).read_bytes()
                entry[f"{name}-data"] = base64.b64encode(data).decode()
    cluster = content["clusters"][0]["cluster"]
    return Kubeconfig(content, cluster["server"], cluster.get("certificate-authority-data", ""))


def wait_for_kubeconfig(world: World) -> Kubeconfig:
    """The control plane's kubeconfig, once it is written."""
    path = world.paths.kubeconfig
    found: list[Kubeconfig] = []

    def written() -> bool:
        kubeconfig = find_kubeconfig(path)
        found.extend([kubeconfig] if kubeconfig else [])
        return bool(found)

    world.wait(written, START_SECONDS, lambda: f"the control plane's {path}")
    return found[0]
