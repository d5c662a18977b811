"""Why an object does not go away: its finalizers, and what Karpenter still has to take down behind them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sandbox.engine.kubernetes_kinds import Kind, Manifest

if TYPE_CHECKING:
    from sandbox.engine.kubernetes_api import KubernetesApi

_CLAIMS = Kind("karpenter.sh/v1", "NodeClaim", "nodeclaims", namespaced=False)
_PODS = Kind("v1", "Pod", "pods", namespaced=True)

SHOWN = 3
"""How many of a list are named; the rest is counted."""


def holders(api: "KubernetesApi", manifest: Manifest) -> str:
    """What still holds an object that is being deleted, in a few words."""
    finalizers = manifest.get("metadata", {}).get("finalizers") or []
    claims = _claims_of(api, manifest)
    if not claims:
        return f"finalizers {_some(finalizers)}" if finalizers else "no finalizer, the API server is busy"
    return f"NodeClaims {_some(sorted(name(claim) for claim in claims))} {_pods_on(api, claims)}".strip()


def _claims_of(api: "KubernetesApi", manifest: Manifest) -> list[Manifest]:
    """NodeClaims of a NodePool or of an EC2NodeClass."""
    kind = manifest.get("kind")
    if kind == "NodePool":
        return list(api.list(_CLAIMS, labels=f"karpenter.sh/nodepool={name(manifest)}"))
    if kind == "EC2NodeClass":
        return [
            c for c in api.list(_CLAIMS) if c["spec"].get("nodeClassRef", {}).get("name") == name(manifest)
        ]
    return []


def _pods_on(api: "KubernetesApi", claims: Iterable[Manifest]) -> str:
    """Pods that keep their nodes from being drained; DaemonSets' pods go with the node."""
    nodes = {claim.get("status", {}).get("nodeName") for claim in claims} - {None}
    held = [
        name(pod)
        for pod in api.list(_PODS)
        if pod.get("spec", {}).get("nodeName") in nodes and not _goes_with_node(pod)
    ]
    return f"with pods {_some(sorted(held))}" if held else ""


def _goes_with_node(pod: dict[str, Any]) -> bool:
    owners = pod["metadata"].get("ownerReferences") or []
    finished = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    return finished or any(owner["kind"] in ("DaemonSet", "Node") for owner in owners)


def name(manifest: Manifest) -> str:
    """An object's name."""
    return str(manifest["metadata"]["name"])


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
