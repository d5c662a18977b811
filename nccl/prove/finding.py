"""What one pod's traffic goes over: evidence against EFA first, then what its log leaves open."""

from dataclasses import dataclass

from nccl.names import LIBFABRIC, kind_of
from nccl.prove.causes import causes_of, notes_of
from nccl.prove.heard import Heard, PodSaid
from nccl.prove.hints import Hint
from nccl.prove.pods import JobPod
from nccl.verdict import Outcome
from nccl.words import listed, quoted

SETTINGS = "NCCL_DEBUG=INFO and NCCL_DEBUG_SUBSYS=INIT,NET,GRAPH"
"""What a job's pods need in their environment to be judged."""

SECURITY_GROUP = (
    "the nodes' security group must allow all traffic from and to itself, by its own name and not by an "
    "address range, or the peer's process is gone"
)
"""EFA's traffic is not IP, so no address range is for it; AWS asks for both rules by the group's own name:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html. libfabric takes the same message for a
peer's process that is gone (`prov/efa/src/rdm/efa_rdm_error.h`)."""


@dataclass(frozen=True, slots=True)
class PodFinding:
    """The answer for one pod. `over` is what carries or will carry its traffic; None where nothing says."""

    pod: JobPod
    outcome: Outcome
    over: str | None
    found: int | None
    reason: str
    causes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    carriers: frozenset[str] = frozenset()
    """The networks that its channels go over."""


def find(pod: JobPod, heard: Heard) -> PodFinding:
    """Judge one pod by its own processes' messages."""
    said = heard.pods[pod.name]
    found = min(said.interfaces, default=None)
    notes = tuple(notes_of(pod, said))
    against = _against(said)
    if against:
        causes = tuple(causes_of(pod, said))
        return PodFinding(pod, Outcome.FAIL, against, found, f"{pod.name} goes over {against}", causes, notes)
    over = _named(said)
    if over and (line := said.hints.get(Hint.UNREACHABLE)):
        reason = f"{pod.name} does not reach its peers over EFA ({quoted(line)}): {SECURITY_GROUP}"
        return PodFinding(pod, Outcome.FAIL, over, found, reason, (), notes)
    if found is not None and found < pod.interfaces:
        reason = f"{pod.name} asks for {pod.interfaces} EFA interfaces and found {found}"
        return PodFinding(pod, Outcome.FAIL, over, found, reason, (), notes)
    unanswered = _unanswered(pod, said, heard)
    if unanswered:
        causes = () if over else tuple(causes_of(pod, said))
        return PodFinding(pod, Outcome.INCONCLUSIVE, over, found, f"{pod.name} {unanswered}", causes, notes)
    reason = f"{pod.name} goes over EFA"
    return PodFinding(pod, Outcome.PASS, over, found, reason, (), notes, said.carriers)


def _against(said: PodSaid) -> str | None:
    """What else than EFA its processes use, wholly or in part."""
    networks = sorted(name for name in said.networks if kind_of(name) != LIBFABRIC)
    providers = sorted(said.providers - {"efa"})
    if not networks and not providers:
        return None
    also = ["EFA"] if "efa" in said.providers else []
    return " and ".join([*networks, *(f"Libfabric's provider {name}" for name in providers), *also])


def _named(said: PodSaid) -> str | None:
    return "EFA" if said.providers else listed(sorted(said.networks)) or None


def _unanswered(pod: JobPod, said: PodSaid, heard: Heard) -> str | None:
    """What its log does not say, the first that matters; None where it says all."""
    if said.unknown:
        return f"has a name in its log that is not known: {quoted(said.unknown[0])}"
    if not said.processes:
        return _silent(pod, said)
    if not said.networks:
        return f"names no network; {_set()}"
    if not said.providers:
        return f"selected {listed(sorted(said.networks))}, but names no provider of Libfabric; {_set()}"
    mute = [one for one in said.processes if not one.networks]
    if mute:
        who = f"{len(mute)} of {len(said.processes)} processes"
        return f"has {who} that name no network; let all write to the log"
    return _not_carried(said, heard)


def _silent(pod: JobPod, said: PodSaid) -> str:
    if pod.trouble:
        return f"cannot be judged: {pod.trouble}"
    if line := said.hints.get(Hint.NO_CONNECTION):
        return f"does not reach a peer ({quoted(line)})"
    if not pod.log.strip():
        return f"has written no log yet; set {SETTINGS}"
    if pod.environment.get("NCCL_DEBUG", "").upper().startswith(("INFO", "TRACE")):
        if pod.environment.get("NCCL_DEBUG_FILE"):
            return "writes NCCL's messages to a file: take NCCL_DEBUG_FILE out of its environment"
        return (
            "has no line of NCCL in its log, although NCCL_DEBUG asks for them: NCCL has not started, or the "
            "node has dropped the log's beginning; restart the job and prove it soon after"
        )
    return f"has no line of NCCL in its log; set {SETTINGS} in its environment"


def _not_carried(said: PodSaid, heard: Heard) -> str | None:
    if said.carriers:
        return None
    if heard.multi_node_nvlink:
        return "is joined to the others by NVLink; NCCL_MNNVL_ENABLE=0 would use the network"
    if heard.nodes and heard.nodes > 1 and heard.nodes == len(_hosts(heard)):
        return None  # between nodes that share no NVLink only the network is left
    return f"selected EFA, but no line says that it carries anything; {_set()}"


def _hosts(heard: Heard) -> frozenset[str]:
    """The hosts of all processes that spoke."""
    return frozenset(one.speaker.host for said in heard.pods.values() for one in said.processes)


def _set() -> str:
    return f"set {SETTINGS} in its environment"
