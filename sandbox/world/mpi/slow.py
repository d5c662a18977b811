"""Nodes and links that a user has made slow: what a recorded run would have printed between them.

The command line writes a file that the agent reads: a JSON list of lists of node names, one name for a node
that is slow with everybody, two for a link.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence

from sandbox.paths import SandboxPaths

SHARE = 0.6
"""Of the recorded bandwidth. A node that lost some of its interfaces, or an uplink, is about there."""

Slow = frozenset[frozenset[str]]
"""Nodes and links, each by its names."""

_ROW = re.compile(r"^(?P<head>.*\s\d+\s+\d+\s+[a-z]\w*\s+\w+\s+-?\d+)(?P<halves>(?:\s+\S+){8})\s*$")
_AVERAGE = re.compile(r"^(.*# Avg bus bandwidth\s*:\s*)([\d.]+)(.*)$")


def slow_down(paths: SandboxPaths, nodes: Collection[str]) -> None:
    """From now on this node, or the link between these two, is slow as well."""
    slow = {*in_force(paths), frozenset(nodes)}
    paths.nccl_slow.parent.mkdir(parents=True, exist_ok=True)
    paths.nccl_slow.write_text(json.dumps(sorted(sorted(each) for each in slow)))


def lift(paths: SandboxPaths) -> None:
    """From now on none is."""
    paths.nccl_slow.unlink(missing_ok=True)


def in_force(paths: SandboxPaths) -> Slow:
    """Everything that was made slow and not lifted."""
    try:
        return frozenset(frozenset(each) for each in json.loads(paths.nccl_slow.read_text()))
    except (FileNotFoundError, ValueError):
        # Half written is not yet ordered.
        return frozenset()


def strikes(slow: Slow, nodes: Collection[str]) -> bool:
    """Whether a run on these nodes is slowed: by a node, or by a link both ends of which take part."""
    return any(each <= set(nodes) for each in slow)


def slowed(lines: Iterable[str]) -> tuple[str, ...]:
    """A run as it would be at `SHARE` of the bandwidth: every row and the average."""
    return tuple(_slowed(line) for line in lines)


def _slowed(line: str) -> str:
    if row := _ROW.match(line):
        return row["head"] + _halves(row["halves"])
    if average := _AVERAGE.match(line):
        return f"{average[1]}{float(average[2]) * SHARE:.6g}{average[3]}"
    return line


def _halves(text: str) -> str:
    """Two times time, algorithm bandwidth, bus bandwidth and wrong values."""
    words = text.split()
    return "".join(_half(words[start : start + 4]) for start in (0, 4))


def _half(words: Sequence[str]) -> str:
    microseconds, algorithm, bus, wrong = words
    time, *bandwidths = float(microseconds) / SHARE, float(algorithm) * SHARE, float(bus) * SHARE
    return f"  {time:9.2f}" + "".join(f"  {each:7.2f}" for each in bandwidths) + f"  {wrong:>5}"
