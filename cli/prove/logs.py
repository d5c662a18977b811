"""The logs of a job's pods, as much as a verdict needs: NCCL speaks when it starts, so beginnings count."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2
from lightkube.models.core_v1 import Pod

from cli.cluster import Cluster
from cli.errors import CommandError
from cli.prove.jobs import FORBIDDEN

HEAD_BYTES = 16 * 1024**2
"""Of a container's log from its beginning: the start of a thousand ranks, or many days of training."""
TAIL_LINES = 2_000
"""Of its end, where the beginning is longer: what went wrong lately."""
TAIL_BYTES = 1024**2

MOST_BYTES = 512 * 1024**2
"""Of the beginnings of all pods' logs together, since all are held until the verdict."""

AT_ONCE = 8
"""Logs read beside each other; each goes through the API server to a kubelet."""


@dataclass(frozen=True)
class PodLog:
    """What a pod's containers have written. `trouble` says why one of them could not be read."""

    text: bytes
    trouble: str | None = None


def read_logs(cluster: Cluster, namespace: str, pods: Iterable[Pod]) -> dict[str, PodLog]:
    """The log of each pod by its name; CommandError where logs may not be read."""
    names = {str(pod.metadata.name): containers(pod) for pod in pods if pod.metadata}
    with cluster.http() as http, ThreadPoolExecutor(AT_ONCE) as pool:
        most = min(HEAD_BYTES, MOST_BYTES // max(1, len(names)))
        logs = pool.map(lambda name: _read_pod(http, namespace, name, names[name], most), names)
        return dict(zip(names, logs, strict=True))


def containers(pod: Pod) -> list[str]:
    """The names of a pod's containers, in its order."""
    return [each.name for each in pod.spec.containers] if pod.spec else []


def _read_pod(http: httpx2.Client, namespace: str, name: str, containers: Iterable[str], most: int) -> PodLog:
    texts, trouble = [], None
    for container in containers:
        place = f"/api/v1/namespaces/{namespace}/pods/{name}/log"
        try:
            head = _read(http, place, {"container": container, "limitBytes": str(most)}, most)
            texts.append(head)
            if len(head) >= most:
                options = {"tailLines": str(TAIL_LINES), "limitBytes": str(TAIL_BYTES)}
                texts.append(_read(http, place, {"container": container, **options}, TAIL_BYTES))
        except httpx2.HTTPStatusError as error:
            if error.response.status_code == FORBIDDEN:
                raise _forbidden(namespace, name) from error
            trouble = f"the log of its container {container} cannot be read ({error.response.status_code})"
        except httpx2.HTTPError as error:
            trouble = f"the log of its container {container} cannot be read ({error or type(error).__name__})"
    return PodLog(b"\n".join(texts), trouble)


def _read(http: httpx2.Client, place: str, options: Mapping[str, str], most: int) -> bytes:
    """At most so many bytes, whatever the server makes of its option."""
    with http.stream("GET", place, params=dict(options)) as response:
        return b"".join(_up_to(response.raise_for_status().iter_bytes(), most))


def _up_to(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return


def _forbidden(namespace: str, name: str) -> CommandError:
    cure = f"ask for the right to get pods/log there: kubectl auth can-i get pods/log -n {namespace}"
    return CommandError(f"pod {namespace}/{name}", "its log may not be read by you", cure)
