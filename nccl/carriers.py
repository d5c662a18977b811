"""The question that matters most: did the data go over what was paid for, between all hosts?"""

from collections.abc import Mapping

from nccl.evidence import SHOW_CARRIERS, Evidence
from nccl.facts import Facts
from nccl.names import LIBFABRIC, kind_of
from nccl.verdict import Check, Expectation, Outcome
from nccl.words import listed, quoted

FAIL, INCONCLUSIVE, PASS = Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS
_PROVIDER = "provider"
_INTERFACES = "interfaces"


def provider_check(facts: Facts, expected: Expectation) -> Check:
    """Evidence against goes first; then what the log leaves open; a pass needs every rank and every host."""
    wanted, transport = expected.provider, facts.transport
    if wanted is None:
        seen = transport.name or "not in the log"
        return Check(_PROVIDER, None, f"no provider was asked for; it is {seen}")
    evidence = Evidence(facts)
    if evidence.roster.several:
        return Check(_PROVIDER, INCONCLUSIVE, evidence.roster.several)
    against = _against(evidence, wanted)
    if against:
        return Check(_PROVIDER, FAIL, f"{wanted} was asked for, but the data went over {against}")
    unanswered = _unanswered(evidence, wanted)
    if unanswered:
        return Check(_PROVIDER, INCONCLUSIVE, unanswered)
    fabric = f", fabric {', '.join(transport.fabrics)}" if transport.fabrics else ""
    return Check(_PROVIDER, PASS, f"provider {wanted}{fabric}{_how(evidence)}")


def interfaces_check(facts: Facts, expected: Expectation) -> Check:
    """The plugin's "(found N nics)" against the EFA interfaces of a node, for every rank.

    A different number is a failure both ways: fewer is a node that lost cards, more is not the node that
    was meant. Plugins before 1.7 do not count; then the question stays open, and so the verdict.
    """
    wanted, evidence = expected.interfaces, Evidence(facts)
    found = _said_by_own(evidence)[2]
    counts = ", ".join(sorted(found, key=int))
    if wanted is None or expected.provider == "socket":
        return Check(
            _INTERFACES, None, f"no number of EFA interfaces was asked for; {counts or 'none'} in the log"
        )
    if not found:
        reason = f"{wanted} EFA interfaces were asked for, but the log does not count them"
        return Check(
            _INTERFACES, INCONCLUSIVE, f"{reason}; aws-ofi-nccl does from 1.7 on, with NCCL_DEBUG=INFO"
        )
    if evidence.roster.several:
        return Check(_INTERFACES, INCONCLUSIVE, evidence.roster.several)
    if found != {str(wanted)}:
        return Check(_INTERFACES, FAIL, f"{wanted} EFA interfaces were asked for, but ranks found {counts}")
    silent = evidence.silent(lambda process: process.interfaces)
    if silent or not evidence.roster.places:
        who = _ranks(silent, facts) if silent else "some ranks, for the log does not list them,"
        return Check(_INTERFACES, INCONCLUSIVE, f"{who} did not say how many interfaces they found")
    return Check(_INTERFACES, PASS, f"{wanted} EFA interfaces, found by every rank")


def _against(evidence: Evidence, wanted: str) -> str | None:
    """What else carried data; None where nothing says so. Another run's messages say nothing of this one."""
    networks, providers, _ = _said_by_own(evidence)
    networks |= set(evidence.networks_between_hosts)
    kinds = {kind_of(name) for name in networks}
    right = (LIBFABRIC,) if wanted == "efa" else (wanted,)
    other = kinds.difference(right) or (wanted == "efa" and set(providers) - {wanted})
    return ", ".join([*sorted(networks), *sorted(providers)]) if other else None


def _said_by_own(evidence: Evidence) -> tuple[set[str], set[str], set[str]]:
    """Networks, providers and counts of all messages; of the run's own where others' are there."""
    transport = evidence.facts.transport
    if not evidence.strangers:
        return set(transport.networks), set(transport.providers), set(transport.interfaces)
    return (
        {name for process in evidence.own for name in process.networks},
        {name for process in evidence.own for name in process.providers},
        {count for process in evidence.own for count in process.interfaces},
    )


def _unanswered(evidence: Evidence, wanted: str) -> str | None:
    """What the log does not say, the first that matters; None where it says all."""
    facts = evidence.facts
    unnamed = _unnamed(facts, wanted)
    if unnamed:
        return unnamed
    if evidence.strangers:
        who = listed(evidence.strangers)
        return f"the log has messages of another run, of {who}; give one log for each run"
    if not evidence.roster.places:
        return _without_ranks(facts, wanted)
    if not evidence.roster.whole:
        fault = next(evidence.roster.faults())
        return f"{wanted} was asked for, but which ranks share a node is not known: {fault}"
    if len(evidence.roster.hosts) == 1:
        return _one_host(evidence)
    silent = evidence.silent(lambda process: process.networks)
    what = "which network they used"
    if not silent and wanted == "efa":
        silent, what = evidence.silent(lambda process: process.providers), "which provider they selected"
    if silent:
        return f"{_ranks(silent, facts)} did not say {what}; {_let_all_speak(facts)}"
    return _not_carried(evidence, wanted)


def _unnamed(facts: Facts, wanted: str) -> str | None:
    transport = facts.transport
    if facts.said.unknown:
        line = quoted(facts.said.unknown[0])
        return f"{wanted} was asked for, but the log has a name that is not known: {line}"
    if transport.name is None:
        cure = "the JSON of -J never says it" if facts.kind == "json" else f"run with {SHOW_CARRIERS}"
        return f"{wanted} was asked for, but the log names no network; {cure}"
    if wanted == "efa" and not transport.providers:
        return "the network is Libfabric, but no line names the provider"
    if not transport.networks:
        return 'the plugin selected efa, but no "Using network" line says that NCCL used it'
    return None


def _without_ranks(facts: Facts, wanted: str) -> str | None:
    """An excerpt that lists no ranks shows little.

    Of two ranks on two hosts one's word is enough: what it sends over, the other receives over. nccl-tests
    gives the ranks of a host its devices in order, so a rank 1 on device 0 shares no host with rank 0. And
    the run over TCP is only what the other one is compared with.
    """
    spoke = [process for process in facts.said.processes if process.networks]
    if wanted == "socket" and len(spoke) == 1:
        return None
    if [(process.tag, process.device) for process in spoke] == [(1, 0)] and not facts.said.multi_node_nvlink:
        return None
    return (
        f"{wanted} was selected, but the log lists no ranks and says of no channel what carried it; "
        f"run with {SHOW_CARRIERS}, and give the whole log"
    )


def _one_host(evidence: Evidence) -> str:
    host, ranks = evidence.roster.hosts[0], evidence.roster.total
    if ranks == 1:
        return f"one rank ran alone on {host}: no data crossed the network; was nccl-tests built with MPI=1?"
    return f"all ranks ran on {host}: no data crossed the network"


def _not_carried(evidence: Evidence, wanted: str) -> str | None:
    """Why no data, or not all hosts' data, is known to have gone over the network that was selected."""
    between, said = evidence.between_hosts, evidence.facts.said
    if said.nodes == 1 or (between and not evidence.networks_between_hosts):
        return f"{wanted} was selected, but nothing crossed it: {_joined(evidence)}"
    if evidence.counted_apart or not evidence.without_channel:
        return None
    what = f"{wanted} was selected, but no line says what carried the data"
    if not between:
        return f"{what} between hosts; run with {SHOW_CARRIERS}"
    return f"{what} of {listed(evidence.without_channel)}; {_let_all_speak(evidence.facts)}"


def _joined(evidence: Evidence) -> str:
    """How hosts are joined without a network, and what would make them use one."""
    between, said = evidence.between_hosts, evidence.facts.said
    by = "NVLink or shared memory" if evidence.networks_between_hosts else listed(between) or "NVLink"
    counted = f"; NCCL counts {len(evidence.roster.hosts)} hosts as 1 node" if said.nodes == 1 else ""
    nvlink = said.multi_node_nvlink or "P2P/MNNVL" in between
    cure = "; NCCL_MNNVL_ENABLE=0 would test the network" if nvlink else ""
    return f"the hosts are joined by {by}{counted}{cure}"


def _let_all_speak(facts: Facts) -> str:
    if facts.said.deduplicated:
        return "Ray left out lines like others: run with RAY_DEDUP_LOGS=0"
    return f"run every rank with {SHOW_CARRIERS}, without NCCL_DEBUG_FILE, and give the whole log"


def _ranks(silent: Mapping[int, str], facts: Facts) -> str:
    """`8 of 16 ranks (all of node-b)`."""
    there = facts.roster.places
    hosts = [
        host
        for host in dict.fromkeys(silent.values())
        if sum(one == host for one in silent.values()) == sum(place.host == host for place in there.values())
    ]
    who = f"all of {listed(hosts)}" if hosts else f"rank {listed(silent)}"
    return f"{len(silent)} of {len(there)} ranks ({who})"


def _how(evidence: Evidence) -> str:
    """What the pass rests on."""
    if not evidence.roster.places:
        return ", which the one rank says that spoke; the log lists no ranks"
    between = evidence.between_hosts
    if evidence.networks_between_hosts:
        others = [one for one in between if not one.startswith("NET/")]
        also = f", and {listed(others)}" if others else ""
        return f", every rank and host: {listed(one for one in between if one.startswith('NET/'))}{also}"
    return f", every rank, on {evidence.facts.said.nodes} nodes by NCCL's count"
