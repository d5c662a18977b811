"""Runs the pairs of one round at once, each as a run of its own, and reads what each gave."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from cli.nccl.judgement import Ran, judge_runs
from cli.nccl.pairs.job import pair_template
from cli.nccl.run import Session, run_variant
from cli.nccl.templates import Template
from cli.waiting import Clock
from nccl.bandwidth import bus_bandwidth
from nccl.pairs.results import Pair, PairResult
from nccl.report import Run
from nccl.verdict import Outcome

POLL_SECONDS = 2.0
"""Each run is looked at with three calls to the API server; of 32 runs that is fifty a second."""
LOOK_SECONDS = 0.5

NOT_OF_THE_RUN = "bandwidth"
"""The check that holds one run against what is published: pairs are held against it together."""


class StoppedError(Exception):
    """The test is given up; raised in the threads of its runs, so that each takes its own away."""


@dataclass(frozen=True)
class StoppableClock:
    """A clock whose sleepers wake up, and stop, when the test is given up."""

    clock: Clock
    stop: threading.Event = field(default_factory=threading.Event)

    def now(self) -> float:
        """As the clock says."""
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        """Sleep; raises StoppedError once the test is given up."""
        if self.stop.is_set():
            raise StoppedError
        self.clock.sleep(seconds)


@dataclass(frozen=True)
class RoundRan:
    """Results of a round, and whether any of its logs is a recording."""

    results: tuple[PairResult, ...]
    recorded: bool


def run_round(session: Session, template: Template, number: int, pairs: Sequence[Pair]) -> RoundRan:
    """Run all pairs and wait for the last. After Ctrl-C every run is taken away before it is passed on."""
    clock = StoppableClock(session.clock)
    steps: dict[Pair, str] = {}
    begun = session.clock.now()
    with ThreadPoolExecutor(len(pairs)) as pool:
        futures = [
            pool.submit(_run, _of_pair(session, clock, number, place, steps, pair), template, pair, number)
            for place, pair in enumerate(pairs, 1)
        ]
        try:
            while not _all_done(futures):
                session.show(_progress(number, futures, steps, pairs), session.clock.now() - begun)
        except BaseException:
            clock.stop.set()
            raise
    ran = [future.result() for future in futures]
    return RoundRan(tuple(result for result, _ in ran), any(recorded for _, recorded in ran))


def _all_done(futures: Sequence[Future[tuple[PairResult, bool]]]) -> bool:
    return not wait(futures, LOOK_SECONDS).not_done


def _progress(
    number: int,
    futures: Sequence[Future[tuple[PairResult, bool]]],
    steps: dict[Pair, str],
    pairs: Sequence[Pair],
) -> str:
    done = sum(future.done() for future in futures)
    slowest = next(
        (pair for pair, future in zip(pairs, futures, strict=True) if not future.done()), pairs[-1]
    )
    step = steps.get(slowest, "")
    names = " and ".join(node.partition(".")[0] for node in slowest)
    return f"round {number}: {done} of {len(pairs)} pairs; {names}: {step}"


def _of_pair(
    session: Session, clock: Clock, number: int, place: int, steps: dict[Pair, str], pair: Pair
) -> Session:
    """A session of the pair's own: a stamp, a folder, and a place for its progress."""

    def show(text: str, seconds: float) -> None:
        steps[pair] = text

    folder = session.folder / f"round-{number}" / f"{place:02}-{'-'.join(pair)}"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{session.stamp}r{number}p{place}"
    return replace(session, stamp=stamp, folder=folder, show=show, clock=clock, poll_seconds=POLL_SECONDS)


def _run(session: Session, template: Template, pair: Pair, number: int) -> tuple[PairResult, bool]:
    ran, _ = run_variant(session, pair_template(template, pair))
    return result_of(ran, pair, number)


def result_of(ran: Ran, pair: Pair, number: int) -> tuple[PairResult, bool]:
    """What a run says of its pair, and whether its log is a recording. What went over TCP, or came to wrong
    values, is no measurement."""
    report = judge_runs([ran])
    (run,) = report.runs
    log = f"{ran.log.parent.parent.name}/{ran.log.parent.name}/{ran.log.name}"
    trouble = _trouble(run)
    bandwidth = None if trouble else _largest(run)
    if bandwidth is None and trouble is None:
        trouble = "no row of the result was read"
    return PairResult(pair, number, bandwidth, trouble, log if ran.log.exists() else None), report.recorded


def _trouble(run: Run) -> str | None:
    checks = [check for check in run.verdict.checks if check.name != NOT_OF_THE_RUN]
    for outcome in (Outcome.FAIL, Outcome.INCONCLUSIVE):
        for check in checks:
            if check.outcome is outcome:
                return check.reason
    return None


def _largest(run: Run) -> float | None:
    sizes = [row.size for row in run.facts.rows]
    return bus_bandwidth(run.facts, max(sizes)) if sizes else None
