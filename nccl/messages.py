"""What NCCL and the aws-ofi-nccl plugin say of themselves, and which process says it.

Forms read in the sources: NCCL `src/init.cc` ("Using network", "comm ... nNodes ... MNNVL" since 2.20,
"rank ... nranks"), `src/transport/net.cc`, `p2p.cc`, `shm.cc` (channels: `0[0] -> 1[1] [send] via NET/...`
with bus numbers to 2.18 and device numbers since, "(rank)" behind a network's device where another rank
sends, "/GDRDMA", "/Shared", "(PCI)"); aws-ofi-nccl `src/nccl_ofi_net.cpp`, where "Selected Provider is efa"
(to 1.6) became "Selected Provider is efa (found 4 nics)" (1.7) and "Selected provider is efa, fabric is
efa-direct (found 4 nics)" (1.14).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nccl.facts import Transport
from nccl.lines import MESSAGE, printable
from nccl.names import network_at, provider_at
from nccl.said import Process, Said, Speaker
from nccl.versions import VERSION_WORDS

_HEAD = re.compile(rb"([\w.-]+):(\d{1,10}):\d+ \[(-?\d{1,6})\](?: [\w./-]+:\d+)? *$")
_TAG = re.compile(rb"\[[\w.@-]*?\d+,(\d{1,6})\]<std(?:out|err)>:")
_NETWORK = b"Using network "
_PROVIDER = re.compile(rb"NET/OFI Selected [Pp]rovider is ")
_FABRIC = re.compile(r", fabric is ([^,\s(]+)")
_NICS = re.compile(r" \(found (\d{1,9}) nics?\)")
_CHANNEL = re.compile(
    rb"(?:Channel|Ring) \d+(?:/\d+)? : (\d{1,6})(?:\[[\da-f]+\])? -> (\d{1,6})(?:\[[\da-f]+\])? "
    rb"(?:\[(send|receive)\] )?via (?:(NET)/|(P2P)/|(SHM))"
)
_P2P = re.compile(rb"MNNVL|CUMEM|IPC|direct|indirect")
_RANK = re.compile(rb"ncclCommInit\w* comm \S+ rank (\d{1,6}) nranks (\d{1,6}) ")
_NODES = re.compile(
    rb"comm \S+ rank \d+ nRanks (\d{1,6}) nNodes (\d{1,6}) localRanks \d+ localRank \d+ MNNVL (\d)"
)

_MOST_CHANNELS = 256
"""Pairs of ranks that are kept of each process; its neighbours come first."""
_MOST_UNKNOWN = 5
_MOST_HEADS = 100_000


@dataclass(slots=True)
class _Told:
    """What one process has said so far; `ranks` by the size of the communicator, 0 for channels of any."""

    networks: set[str] = field(default_factory=set)
    providers: set[str] = field(default_factory=set)
    interfaces: set[str] = field(default_factory=set)
    ranks: dict[int, set[int]] = field(default_factory=dict)
    channels: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    tag: int | None = None
    device: int | None = None


class Listener:
    """Gathers what the messages of one log say."""

    def __init__(self) -> None:
        """Of a log of which nothing was read yet."""
        self.versions: set[bytes] = set()
        self.deduplicated = False
        self._counts = tuple(Counter[str]() for _ in range(4))
        self._processes: dict[Speaker, _Told] = {}
        self._speakers: dict[bytes, Speaker | None] = {}
        self._ranks = 0
        self._nodes: int | None = None
        self._nvlink = False
        self._unknown: dict[str, None] = {}

    def line(self, line: bytes, *, times: int = 1) -> None:
        """Take in all messages of a line: a lost line break leaves several on one."""
        place = line.find(MESSAGE)
        while place >= 0:
            after = line.find(MESSAGE, place + 1)
            text = line[place + len(MESSAGE) : after if after >= 0 else len(line)]
            self._hear(line[:place], text, times)
            place = after

    @property
    def transport(self) -> Transport:
        """Networks, providers, fabrics and interface counts, each with the number of messages naming it."""
        networks, providers, fabrics, interfaces = (
            MappingProxyType(dict(sorted(one.items()))) for one in self._counts
        )
        return Transport(networks, providers, fabrics, interfaces)

    @property
    def said(self) -> Said:
        """Who said what, and what carried the data between whom."""
        return Said(
            processes=tuple(
                Process(
                    speaker,
                    frozenset(told.networks),
                    frozenset(told.providers),
                    frozenset(told.interfaces),
                    self._own(told.ranks),
                    MappingProxyType({pair: frozenset(via) for pair, via in sorted(told.channels.items())}),
                    told.tag,
                    told.device,
                )
                for speaker, told in sorted(self._processes.items())
            ),
            ranks=self._ranks or None,
            nodes=self._nodes,
            multi_node_nvlink=self._nvlink,
            unknown=tuple(self._unknown),
            deduplicated=self.deduplicated,
        )

    def _own(self, ranks: Mapping[int, set[int]]) -> frozenset[int]:
        """The ranks of a process in the largest communicator; channels (0) do not say of which they are."""
        return frozenset(ranks.get(self._ranks) or ranks.get(0) or ())

    def _hear(self, before: bytes, text: bytes, times: int) -> None:
        if text.startswith((b"Channel ", b"Ring ")):
            if match := _CHANNEL.match(text):
                self._channel(before, match, text)
            elif b" via " in text:
                self._note(before, text)
        elif text.startswith(_NETWORK):
            self._network(before, text, times)
        elif match := _PROVIDER.match(text):
            self._provider(before, printable(text[match.end() :]), text, times)
        elif text.startswith(VERSION_WORDS):
            self.versions.add(text.strip())
        elif match := _NODES.search(text):
            self._ranks = max(self._ranks, int(match[1]))
            self._nodes = max(self._nodes or 0, int(match[2]))
            self._nvlink = self._nvlink or match[3] != b"0"
        elif (match := _RANK.search(text)) and (process := self._process(before)):
            self._ranks = max(self._ranks, int(match[2]))
            process.ranks.setdefault(int(match[2]), set()).add(int(match[1]))

    def _network(self, before: bytes, text: bytes, times: int) -> None:
        name = network_at(printable(text[len(_NETWORK) :]))
        if name is None:
            self._note(before, text)
            return
        self._counts[0][name] += times
        if process := self._process(before):
            process.networks.add(name)

    def _provider(self, before: bytes, rest: str, text: bytes, times: int) -> None:
        name = provider_at(rest)
        if name is None:
            self._note(before, text)
            return
        fabric, nics = _FABRIC.search(rest), _NICS.search(rest)
        process = self._process(before)
        for place, value in ((1, name), (2, fabric and fabric[1]), (3, nics and nics[1])):
            if value:
                self._counts[place][value] += times
        if process:
            process.providers.add(name)
            process.interfaces.update([nics[1]] if nics else [])

    def _channel(self, before: bytes, match: re.Match[bytes], text: bytes) -> None:
        source, target = int(match[1]), int(match[2])
        if match[4]:
            name = network_at(printable(text[match.end() :]))
            via = name and f"NET/{name}"
        elif match[5]:
            kind = _P2P.match(text, match.end())
            via = f"P2P/{kind[0].decode()}" if kind else "P2P"
        else:
            via = "SHM"
        if via is None:
            self._note(before, text)
            return
        if process := self._process(before):
            if len(process.channels) < _MOST_CHANNELS:
                process.channels.setdefault((source, target), set()).add(via)
            process.ranks.setdefault(0, set()).add(target if match[3] == b"receive" else source)

    def _process(self, before: bytes) -> _Told | None:
        tail = before[-120:]
        if tail in self._speakers:
            speaker = self._speakers[tail]
            return None if speaker is None else self._processes[speaker]
        match, told = _HEAD.search(tail), None
        speaker = Speaker(match[1].decode(), int(match[2])) if match else None
        if match and speaker:
            told = self._processes.setdefault(speaker, _Told(device=int(match[3])))
            tag = _TAG.search(tail)
            told.tag = int(tag[1]) if tag else told.tag
        if len(self._speakers) < _MOST_HEADS:
            self._speakers[tail] = speaker
        return told

    def _note(self, before: bytes, text: bytes) -> None:
        if len(self._unknown) < _MOST_UNKNOWN:
            self._unknown[f"NCCL INFO {printable(text)}"] = None
