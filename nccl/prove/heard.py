"""Whose messages are in which log: those of a pod's own processes, or of the workers that a launcher runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO

from nccl.facts import Facts, Versions
from nccl.parser import parse_text
from nccl.prove.hints import Hint, Hints, gather
from nccl.prove.pods import JobPod
from nccl.said import Process


@dataclass(slots=True)
class PodSaid:
    """What the processes of one pod said, and what the log says went wrong with them."""

    processes: list[Process] = field(default_factory=list)
    hints: Mapping[Hint, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Lines with a name that is not known."""

    @property
    def carriers(self) -> frozenset[str]:
        """The networks over which its channels go: `Libfabric`, `Socket`."""
        channels = (via for one in self.processes for via in one.channels.values())
        return frozenset(
            name.removeprefix("NET/") for via in channels for name in via if name.startswith("NET/")
        )

    @property
    def networks(self) -> frozenset[str]:
        """What NCCL selected and what it connected."""
        return frozenset(name for one in self.processes for name in one.networks) | self.carriers

    @property
    def providers(self) -> frozenset[str]:
        """Libfabric's, as the plugin selected them."""
        return frozenset(name for one in self.processes for name in one.providers)

    @property
    def interfaces(self) -> frozenset[int]:
        """How many the plugin found, by whatever processes count them."""
        return frozenset(int(count) for one in self.processes for count in one.interfaces)


@dataclass(frozen=True)
class Heard:
    """All logs of a job together; `ranks` is the size of its largest communicator, if a log names one."""

    pods: Mapping[str, PodSaid]
    known_ranks: frozenset[int]
    ranks: int | None
    nodes: int | None
    multi_node_nvlink: bool
    versions: tuple[Versions, ...]
    recorded: bool

    @property
    def missing_ranks(self) -> tuple[int, ...]:
        """Ranks that no log speaks of."""
        return tuple(rank for rank in range(self.ranks or 0) if rank not in self.known_ranks)


def listen(pods: Iterable[JobPod]) -> Heard:
    """Read all logs, and give each message to the pod whose process said it."""
    pods = tuple(pods)
    by_host = {pod.host: pod.name for pod in pods}
    said = {pod.name: PodSaid() for pod in pods}
    hints: Hints = {}
    read = []
    for pod in pods:
        facts = parse_text(BytesIO(pod.log))
        read.append(facts)
        _give(facts, pod, by_host, said)
        gather(pod.log, partial(_owner, pod=pod, by_host=by_host), hints)
    for name, found in hints.items():
        said[name].hints = found
    total = max((facts.roster.total or 0 for facts in read), default=0) or None
    return Heard(
        pods=said,
        known_ranks=frozenset(
            rank
            for facts in read
            if facts.said.ranks in (None, total)
            for process in facts.said.processes
            for rank in process.ranks
        ),
        ranks=total,
        nodes=max((facts.said.nodes or 0 for facts in read), default=0) or None,
        multi_node_nvlink=any(facts.said.multi_node_nvlink for facts in read),
        versions=tuple(dict.fromkeys(facts.versions for facts in read if facts.versions != Versions())),
        recorded=any(facts.recorded for facts in read),
    )


def _give(facts: Facts, pod: JobPod, by_host: Mapping[str, str], said: Mapping[str, PodSaid]) -> None:
    said[pod.name].unknown += facts.said.unknown
    for process in facts.said.processes:
        said[_owner(process.speaker.host, pod, by_host)].processes.append(process)


def _owner(host: str | None, pod: JobPod, by_host: Mapping[str, str]) -> str:
    """A host that no pod has is the log's own: a pod may name itself as it likes."""
    return pod.name if host in (None, pod.host) else by_host.get(host or "", pod.name)
