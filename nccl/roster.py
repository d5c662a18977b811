"""Which ranks took part, and where each ran: nccl-tests' list of them, completed by NCCL's own messages.

A list may have lost lines or be of one node only, so it is held against everything else that counts ranks,
and is whole only where each rank has a place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nccl.said import Said, Speaker
from nccl.words import listed


@dataclass(frozen=True, slots=True)
class Device:
    """One rank's line under "# Using devices"; `bus` is its GPU's bus number as it is printed."""

    rank: int
    host: str
    device: int
    name: str
    pid: int | None = None
    bus: str = ""


@dataclass(frozen=True)
class Roster:
    """The places of ranks, of `devices` (the list) and what was `said`."""

    devices: tuple[Device, ...]
    said: Said

    @cached_property
    def places(self) -> Mapping[int, Speaker]:
        """The process of each rank that is known; a pid is -1 where the list has none."""
        found = {
            rank: self._own_name(process.speaker) for process in self.said.processes for rank in process.ranks
        }
        for device in self.devices:
            found[device.rank] = Speaker(device.host, -1 if device.pid is None else device.pid)
        return dict(sorted(found.items()))

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The hosts in the order of their ranks: on Kubernetes the worker pods."""
        return tuple(dict.fromkeys(place.host for place in self.places.values()))

    @cached_property
    def total(self) -> int | None:
        """How many ranks took part, by whatever counts or names the most; None where nothing does."""
        highest = max(
            [*self.places, *(() if self.said.highest_rank is None else (self.said.highest_rank,))], default=-1
        )
        return max(highest + 1, self.said.ranks or 0) or None

    @cached_property
    def without_mpi(self) -> int:
        """How many processes each ran a test by themselves; 0 where several ran one together."""
        first = {(device.host, device.pid) for device in self.devices if device.rank == 0}
        alone = all((device.host, device.pid) in first for device in self.devices)
        return len(first) if alone and len(first) > 1 else 0

    @cached_property
    def several(self) -> str | None:
        """Why the log must be of more than one run; None where it need not be."""
        again, claimed = self._named_twice(), self._claimed_twice()
        if again is not None:
            return f"rank {again} is listed twice, in different places: the log holds more than one run"
        if claimed is not None:
            return f"rank {claimed} is said of two processes: the log holds messages of more than one run"
        return None

    def faults(self) -> Iterator[str]:
        """Why the ranks and their places are not all known, the gravest first; nothing where they are."""
        if self.total is None:
            return
        if self.several:
            yield self.several
        missing = [rank for rank in range(self.total) if rank not in self.places]
        if missing:
            yield (
                f"the list of ranks is partial: {self.total - len(missing)} of {self.total} ranks have a "
                f"place, missing {listed(missing, most=4)}"
            )
        doubled = self._same_device()
        if doubled:
            one, other, what = doubled
            yield f"host names do not tell nodes apart: ranks {one} and {other} are both {what}"
        elif self._fewer_names:
            yield (
                f"host names do not tell nodes apart: NCCL counts {self.said.nodes} nodes, "
                f"but the ranks have {len(self.hosts)} host names"
            )

    @property
    def whole(self) -> bool:
        """Whether each rank is known, with a host that tells its node."""
        return self.total is not None and next(self.faults(), None) is None

    def member(self, speaker: Speaker) -> Speaker | None:
        """The process of the roster that a message is of; None for a process of another run.

        Behind a lost line break the end of the message before stands in the host's name. Where no pid of the
        messages is one of the list (it was made within other containers), hosts alone are compared.
        """
        own = self._own_name(speaker)
        if own in self._processes:
            return own
        if not self._pids_agree and own.host in self.hosts:
            return own
        return None

    def silent(self, spoke: Iterable[Speaker]) -> dict[int, str]:
        """The ranks, with their hosts, whose process is not among those that spoke."""
        own = {self._own_name(speaker) for speaker in spoke}
        if self._pids_agree:
            return {rank: place.host for rank, place in self.places.items() if place not in own}
        spoken = Counter(speaker.host for speaker in own)
        there = Counter(place.host for place in self._processes)
        return {
            rank: place.host for rank, place in self.places.items() if spoken[place.host] < there[place.host]
        }

    @cached_property
    def _processes(self) -> frozenset[Speaker]:
        return frozenset(self.places.values())

    @cached_property
    def _listed(self) -> frozenset[Speaker]:
        return frozenset(Speaker(one.host, one.pid) for one in self.devices if one.pid is not None)

    @cached_property
    def _pids_agree(self) -> bool:
        return any(self._own_name(process.speaker) in self._processes for process in self.said.processes)

    @property
    def _fewer_names(self) -> bool:
        return self.said.nodes is not None and len(self.hosts) < self.said.nodes

    def _own_name(self, speaker: Speaker) -> Speaker:
        if speaker in self._listed:
            return speaker
        glued = (one for one in self._listed if one.pid == speaker.pid and speaker.host.endswith(one.host))
        return next(glued, speaker)

    def _named_twice(self) -> int | None:
        first: dict[int, Device] = {}
        for device in self.devices:
            before = first.setdefault(device.rank, device)
            if (before.host, before.pid) != (device.host, device.pid):
                return device.rank
        return None

    def _claimed_twice(self) -> int | None:
        first: dict[int, Speaker] = {}
        for process in self.said.processes:
            own = self._own_name(process.speaker)
            for rank in process.ranks:
                if first.setdefault(rank, own) != own:
                    return rank
        return None

    def _same_device(self) -> tuple[int, int, str] | None:
        first: dict[tuple[str, int, str], int] = {}
        for one in self.devices:
            before = first.setdefault((one.host, one.device, one.bus), one.rank)
            if before != one.rank:
                return before, one.rank, f"{one.host}'s device {one.device}"
        return None
