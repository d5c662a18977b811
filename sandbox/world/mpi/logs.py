"""Logs of containers that execute nothing, as files that KWOK serves to `kubectl logs`.

KWOK reads a container's log where an object of its kind `Logs`, named as the pod, says that it is, in the
form that kubelets keep it (https://kwok.sigs.k8s.io/docs/user/kwok-logs/).
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from sandbox.world.kubernetes import Document, Kubernetes

KWOK_VERSION = "kwok.x-k8s.io/v1alpha1"


class PodLogs:
    """One file for each run of a pod's first container, below one folder of the sandbox."""

    def __init__(self, folder: Path, kubernetes: Kubernetes) -> None:
        """Nothing is written yet."""
        self._folder = folder
        self._kubernetes = kubernetes

    def open(self, pod: Document, restarts: int) -> None:
        """Begin the log of a run, with nothing in it, and let KWOK know it and the one before."""
        file = self._file(pod, restarts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        log = {"containers": [pod["spec"]["containers"][0]["name"]], "logsFile": str(file)}
        if restarts:
            log["previousLogsFile"] = str(self._file(pod, restarts - 1))
        metadata = {key: pod["metadata"][key] for key in ("name", "namespace")}
        owner = {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": pod["metadata"]["uid"]}
        document = {
            "apiVersion": KWOK_VERSION,
            "kind": "Logs",
            "metadata": {**metadata, "ownerReferences": [owner]},
            "spec": {"logs": [log]},
        }
        path = f"/apis/{KWOK_VERSION}/namespaces/{metadata['namespace']}/logs/{metadata['name']}"
        self._kubernetes.apply(path, document)

    def write(self, pod: Document, restarts: int, lines: Iterable[str], now: str) -> None:
        """Write the whole log of a run that has ended. `now` is in RFC 3339."""
        self._file(pod, restarts).write_text("".join(f"{now} stdout F {line}\n" for line in lines))

    def keep_only(self, pods: Iterable[Document]) -> None:
        """Remove the logs of all other pods."""
        kept = {pod["metadata"]["uid"] for pod in pods}
        if self._folder.is_dir():
            for folder in self._folder.iterdir():
                if folder.name not in kept:
                    shutil.rmtree(folder, ignore_errors=True)

    def _file(self, pod: Document, restarts: int) -> Path:
        return self._folder / str(pod["metadata"]["uid"]) / f"{restarts}.log"
