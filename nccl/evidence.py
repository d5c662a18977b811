"""What carried the data between hosts, and which ranks did not say.

What was *selected* is no evidence: a plugin may be loaded and lie idle while NVLink or shared memory
carries all. NCCL says what it connected ("via NET/..." with the two ranks), and how many nodes it counts,
from which the same follows: between nodes that share no NVLink only the network is left.
"""

from collections.abc import Callable
from functools import cached_property

from nccl.facts import Facts
from nccl.names import kind_of
from nccl.roster import Roster
from nccl.said import Process, Speaker

SHOW_CARRIERS = "NCCL_DEBUG=INFO and NCCL_DEBUG_SUBSYS=INIT,NET"
"""What shows which networks are selected and what carries each channel. INIT alone has both in all
releases; NET has what a plugin prints besides."""


_MOST_WORDS = 4


class Evidence:
    """What the messages of a log prove of the network, held against its ranks."""

    def __init__(self, facts: Facts) -> None:
        """Of one log."""
        self.facts = facts
        self.roster: Roster = facts.roster

    def wanted_words(self) -> tuple[bytes, ...]:
        """Words of ranks that have not said all, by which a log can be searched; none without ranks."""
        roster = self.roster
        if not roster.places:
            return ()
        ranks = [rank for rank in range(roster.total or 0) if rank not in roster.places]
        alone = self.without_channel if len(roster.hosts) > 1 else ()
        ranks += [rank for rank, place in roster.places.items() if place.host in alone]
        words = [f" : {rank}[".encode() for rank in ranks]
        silent = self.silent(lambda process: process.networks)
        words += [f"{roster.places[rank]}:".encode() for rank in silent]
        return tuple(words[:_MOST_WORDS])

    @cached_property
    def strangers(self) -> tuple[Speaker, ...]:
        """Processes that said something of a network or of ranks and are not of this run."""
        if not self.roster.places:
            return ()
        spoke = (
            one
            for one in self.facts.said.processes
            if one.networks or one.providers or one.ranks or one.channels
        )
        return tuple(one.speaker for one in spoke if self.roster.member(one.speaker) is None)

    @cached_property
    def own(self) -> tuple[Process, ...]:
        """The processes of this run that spoke; all, where no ranks are known."""
        strangers = set(self.strangers)
        return tuple(one for one in self.facts.said.processes if one.speaker not in strangers)

    def silent(self, said: Callable[[Process], object]) -> dict[int, str]:
        """The ranks, with their hosts, whose process did not say what is asked for."""
        return self.roster.silent(one.speaker for one in self.facts.said.processes if said(one))

    @cached_property
    def between_hosts(self) -> dict[str, frozenset[str]]:
        """What carries channels between different hosts, such as `NET/Libfabric`, each with these hosts."""
        found: dict[str, set[str]] = {}
        for pair, carriers in (channel for process in self.own for channel in process.channels.items()):
            ends = [self.roster.places.get(rank) for rank in pair]
            hosts = {end.host for end in ends if end is not None}
            if len(hosts) == 2:
                for carrier in carriers:
                    found.setdefault(carrier, set()).update(hosts)
        return {carrier: frozenset(hosts) for carrier, hosts in sorted(found.items())}

    @cached_property
    def networks_between_hosts(self) -> tuple[str, ...]:
        """The names of the networks among them."""
        return tuple(one.removeprefix("NET/") for one in self.between_hosts if one.startswith("NET/"))

    @property
    def kinds_between_hosts(self) -> frozenset[str]:
        """What these networks are: `libfabric`, `socket`."""
        return frozenset(map(kind_of, self.networks_between_hosts))

    @cached_property
    def without_channel(self) -> tuple[str, ...]:
        """The hosts of which no channel over a network is in the log."""
        networks = (hosts for one, hosts in self.between_hosts.items() if one.startswith("NET/"))
        reached = frozenset().union(*networks)
        return tuple(host for host in self.roster.hosts if host not in reached)

    @property
    def counted_apart(self) -> bool:
        """Whether NCCL counts as many nodes as there are hosts, and joins none of them by NVLink."""
        said = self.facts.said
        return said.nodes == len(self.roster.hosts) and not said.multi_node_nvlink
