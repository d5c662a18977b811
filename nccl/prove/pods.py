"""What is known of a job's pods before their logs are understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class JobPod:
    """A running pod of a job, with the logs of its containers.

    `host` is the host name within it, by which NCCL's messages name it. `gpus` and `interfaces` are those
    that its best equipped container asks for. `environment` has what the manifest says plainly: values
    that come from elsewhere are not in it. `trouble` says why `log` could not be read.
    """

    name: str
    host: str
    node: str
    gpus: int = 0
    interfaces: int = 0
    of_node: tuple[int, int] | None = None
    """GPUs and EFA interfaces that its node offers to pods; None where that may not be read."""
    huge_pages: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    log: bytes = b""
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job and its running pods, `waiting` others not counted among them.

    `trap` is what its controller is known to do with its pods' requests, where that took EFA away.
    """

    name: str
    namespace: str
    pods: tuple[JobPod, ...]
    waiting: int = 0
    trap: str | None = None
