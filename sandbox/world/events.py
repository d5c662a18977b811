"""Events that stand-ins write about the objects they look after, as the real ones would."""

import hashlib

from sandbox.world.kubernetes import CONFLICT, Document, Kubernetes, KubernetesError

LONGEST_MESSAGE = 1024
"""Characters: the API server refuses longer ones."""


def tell(
    kubernetes: Kubernetes,
    component: str,
    about: Document,
    reason: str,
    message: str,
    now: str,
    *,
    warns: bool,
) -> bool:
    """Write an event, where none says the same of the same object already; whether there is one now.

    `now` is in RFC 3339.
    """
    metadata = about["metadata"]
    digest = hashlib.sha256(f"{metadata['uid']} {reason} {message}".encode()).hexdigest()[:16]
    document = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{digest}", "namespace": metadata["namespace"]},
        "involvedObject": {
            "apiVersion": about["apiVersion"],
            "kind": about["kind"],
            **{key: metadata[key] for key in ("name", "namespace", "uid")},
        },
        "type": "Warning" if warns else "Normal",
        "reason": reason,
        "message": message[:LONGEST_MESSAGE],
        "source": {"component": component},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
    }
    try:
        kubernetes.create(f"/api/v1/namespaces/{metadata['namespace']}/events", document)
    except KubernetesError as error:
        return error.status == CONFLICT
    return True
