"""Strategies of hypothesis: runs in every known format, and what befalls a log on its way.

A run of 1 to 64 ranks and a release of nccl-tests from 2.0 to 2.20, good or with a fault of its own; what a
collector does to every line; and damages, one after the other.
"""

import json
import random
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from tests.nccl.golden_wrappings import behind
from tests.nccl.nccl_tests_output import output
from tests.nccl.nccl_tests_run import Run

Change = Callable[[list[str]], list[str]]

RELEASES = (
    (2, 0, 0), (2, 9, 0), (2, 10, 1), (2, 11, 0), (2, 13, 0), (2, 13, 4), (2, 13, 10), (2, 13, 13),
    (2, 14, 1), (2, 15, 2), (2, 16, 0), (2, 16, 9), (2, 17, 0), (2, 17, 3), (2, 17, 4), (2, 17, 5),
    (2, 17, 6), (2, 17, 7), (2, 17, 9), (2, 18, 0), (2, 18, 5), (2, 19, 0), (2, 19, 6), (2, 20, 0),
)  # fmt: skip
"""Each in which the output changed, and some between."""
WITHOUT_A_NUMBER = ((2, 16, 0), (2, 17, 4))
"""From the first to before the second, nccl-tests says that it concluded, but not which release it is.
Taken for the newest, as an unknown one must be, it has no end without its last line."""
COLLECTIVES = (
    "all_reduce",
    "all_gather",
    "reduce_scatter",
    "alltoall",
    "sendrecv",
    "reduce",
    "broadcast",
    "gather",
)
PLUGINS: tuple[tuple[str, str | None, int | None], ...] = (
    ("1.1.4aws", None, None),
    ("1.7.4-aws", None, 1),
    ("1.9.1-aws", None, 4),
    ("1.14.2", "efa", 32),
    ("1.21.1", "efa-direct", 16),
)
ENDS_IN = ("", "\n", "\n\n", "\r\n")


@st.composite
def good_runs(draw: st.DrawFn) -> Run:
    """A run over EFA on two hosts or more, which passes when its interfaces are asked for."""
    ranks_of_host = draw(st.sampled_from((1, 2, 4, 8)))
    hosts = draw(st.integers(2, min(8, 64 // ranks_of_host)))
    plugin, fabric, nics = draw(st.sampled_from(PLUGINS))
    release = draw(st.sampled_from(RELEASES))
    name = draw(st.sampled_from(("worker-{}", "ip-10-0-1-{}", "node{}", "nccl-efa-worker-{}")))
    return Run(
        collective=draw(st.sampled_from(COLLECTIVES)),
        release=release,
        hosts=tuple(name.format(place) for place in range(hosts)),
        gpus=ranks_of_host,
        minimum=draw(st.sampled_from((64 << 10, 1 << 20))),
        maximum=draw(st.sampled_from((4 << 20, 8 << 20))),
        factor=draw(st.sampled_from((2, 4))),
        types=draw(st.sampled_from((("float",), ("half",), ("int8",), ("bfloat16",)))),
        timestamps=release >= (2, 17, 6) and draw(st.booleans()),
        per_iteration=release >= (2, 19, 0) and draw(st.booleans()),
        memory=release >= (2, 17, 7) and draw(st.booleans()),
        side_work=release == (2, 13, 13),
        network=draw(st.sampled_from(("Libfabric", "AWS Libfabric"))),
        fabric=fabric,
        nics=nics,
        plugin=plugin,
        nccl=draw(st.sampled_from(("2.10.3", "2.16.2", "2.18.5", "2.20.5", "2.23.4", "2.27.7", "2.30.4"))),
        first_pid=draw(st.sampled_from((22, 100, 70_000))),
    )


@st.composite
def bad_runs(draw: st.DrawFn) -> Run | tuple[Run, str, str]:
    """A run that must not pass, whatever becomes of its log; perhaps with words of one line to replace."""
    run = draw(good_runs())
    run = replace(run, nics=run.nics or 4, per_iteration=False)
    faults: tuple[Run | tuple[Run, str, str], ...] = (
        replace(run, network="Socket"),
        replace(run, provider="tcp;ofi_rxm"),
        replace(run, hosts=run.hosts[:1]),
        replace(run, multi_node_nvlink=True, nccl="2.28.7"),
        replace(run, wrong={run.minimum: 7}, collective="all_reduce", release=(2, 19, 6)),
        (run, f"Using network {run.network}", "Using network Socket"),
        (run, f"(found {run.nics} nics)", "(found 3 nics)"),
        (run, f"rovider is {run.provider}", "rovider is tcp"),
    )
    return draw(st.sampled_from(faults))


def text_of(run: Run | tuple[Run, str, str]) -> list[str]:
    """The lines of a run; of a faulty one with the words of its last line that has them replaced."""
    if isinstance(run, Run):
        return output(run)
    lines = output(run[0])
    place = max(place for place, line in enumerate(lines) if run[1] in line)
    return [*lines[:place], lines[place].replace(run[1], run[2]), *lines[place + 1 :]]


def of(run: Run | tuple[Run, str, str]) -> Run:
    """The run itself."""
    return run if isinstance(run, Run) else run[0]


def coloured(lines: list[str]) -> list[str]:
    """Every line in a colour, as docker compose and Ray print them."""
    return [f"\x1b[38;5;2m{line}\x1b[0m" for line in lines]


def in_objects(key: str, end: str) -> Change:
    """Every line in a JSON object, as collectors keep them."""
    return lambda lines: [json.dumps({"stream": "stdout", key: line + end}) for line in lines]


def lost_its_end(end: str) -> Change:
    """The empty lines at the end became others, or none."""
    return lambda lines: "\n".join(lines).rstrip("\n").__add__(end).split("\n")


PREFIXES = (
    "[1,0]<stdout>:",
    "0: ",
    "worker-1  | ",
    "(RayTrainWorker pid=950, ip=10.0.0.2) ",
    "[pod/a/b] ",
    "2026-07-10T09:30:00.1Z stdout F ",
    "x launcher ",
    "Fri Jul 10 09:30:01 2026[1,0]<stdout>:",
)
HARMLESS: dict[str, Change] = {
    "as it is": lambda lines: lines,
    "coloured": coloured,
    "docker": in_objects("log", "\n"),
    "fluent-bit": in_objects("log", ""),
    "stern": in_objects("message", ""),
    "a JSON line first": lambda lines: ['{"level": "INFO", "msg": "waiting"}', *lines],
    "a brace first": lambda lines: ["{", *lines],
    "carriage returns": lambda lines: [f"{line}\r" for line in lines],
    "remarks": lambda lines: [
        f"{line} [repeated 15x across cluster]" if "NCCL INFO" in line else line for line in lines
    ],
    "messages doubled": lambda lines: [line for line in lines for _ in range(1 + ("NCCL INFO" in line))],
    **{f"behind {prefix}": behind(prefix) for prefix in PREFIXES},
    **{f"ending in {end!r}": lost_its_end(end) for end in ENDS_IN},
}
"""What changes nothing of what a log says."""
LOST_ENDS = tuple(f"ending in {end!r}" for end in ENDS_IN if end != "\n\n")


def cut(lines: list[str], chance: random.Random) -> list[str]:
    """The log ends early, anywhere."""
    text = "\n".join(lines)
    return text[: chance.randrange(len(text) + 1)].split("\n")


def dropped(lines: list[str], chance: random.Random) -> list[str]:
    """Some lines are missing, alone or in a row."""
    start, count = chance.randrange(len(lines)), chance.choice((1, 1, 2, 5, 40))
    if chance.random() < 0.5:
        return [*lines[:start], *lines[start + count :]]
    gone = {chance.randrange(len(lines)) for _ in range(count)}
    return [line for place, line in enumerate(lines) if place not in gone]


def doubled(lines: list[str], chance: random.Random) -> list[str]:
    """Some lines, or a stretch of them, twice."""
    start, count = chance.randrange(len(lines)), chance.choice((1, 3, 30, len(lines)))
    return [*lines[: start + count], *lines[start : start + count], *lines[start + count :]]


def glued(lines: list[str], chance: random.Random) -> list[str]:
    """Some line breaks are lost."""
    gone = {chance.randrange(len(lines)) for _ in range(chance.choice((1, 3, 10)))}
    return "".join(line + ("" if place in gone else "\n") for place, line in enumerate(lines)).split("\n")


def reordered(lines: list[str], chance: random.Random) -> list[str]:
    """Neighbouring lines change places, or a stretch comes in another order."""
    start = chance.randrange(len(lines))
    stretch = lines[start : start + chance.choice((2, 2, 8, 60))]
    chance.shuffle(stretch)
    return [*lines[:start], *stretch, *lines[start + len(stretch) :]]


def wrapped(lines: list[str], chance: random.Random) -> list[str]:
    """Every line is broken at a width."""
    width = chance.choice((60, 72, 80, 100, 120))
    return [line[at : at + width] for line in lines for at in range(0, max(1, len(line)), width)]


def recoloured(lines: list[str], chance: random.Random) -> list[str]:
    """Escape sequences anywhere within lines."""
    found = list(lines)
    for _ in range(20):
        place = chance.randrange(len(found))
        at = chance.randrange(len(found[place]) + 1)
        escape = chance.choice(("\x1b[0m", "\x1b[1;31m", "\x1b[K", "\x1b]0;title\x07"))
        found[place] = found[place][:at] + escape + found[place][at:]
    return found


def prefixed(lines: list[str], chance: random.Random) -> list[str]:
    """A stretch of lines behind other words than the rest."""
    start, stop = sorted((chance.randrange(len(lines)), chance.randrange(len(lines))))
    prefix = chance.choice(PREFIXES)
    return [prefix + line if start <= place < stop else line for place, line in enumerate(lines)]


def mixed(lines: list[str], chance: random.Random) -> list[str]:
    """Lines of another run, of other processes, among the log's own: all of them, or some."""
    hosts = tuple(f"worker-{place}" for place in range(chance.choice((2, 4))))
    other = output(Run(hosts=hosts, gpus=chance.choice((1, 2)), maximum=1 << 20, first_pid=5_000))
    kept = [line for line in other if chance.random() < chance.choice((0.2, 1.0))]
    if chance.random() < 0.5:
        return [*lines, *kept]
    places = sorted(chance.randrange(len(lines) + 1) for _ in kept)
    found = list(lines)
    for place, line in reversed(list(zip(places, kept, strict=True))):
        found.insert(place, line)
    return found


DAMAGES = (cut, dropped, doubled, glued, reordered, wrapped, recoloured, prefixed, mixed)
damages = st.lists(st.tuples(st.sampled_from(DAMAGES), st.integers(0, 2**32)), min_size=1, max_size=3)
"""One to three damages, each with the seed of its chances."""
damages_of_one_run = damages.filter(lambda what: all(damage is not mixed for damage, _ in what))
"""The same without another run's lines, which may hold evidence against that one."""


def damaged(lines: list[str], what: list[tuple[Callable[..., list[str]], int]]) -> list[str]:
    """The log after all of them."""
    for damage, seed in what:
        lines = damage(lines, random.Random(seed)) or [""]
    return lines
