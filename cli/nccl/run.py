"""One run of one variant: made from its template, waited for, its log kept, and taken away again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
from lightkube import operators
from lightkube.core.exceptions import ApiError
from lightkube.types import CascadeType

from cli.cluster import NOT_FOUND, Cluster
from cli.console import tell
from cli.errors import CommandError
from cli.nccl.judgement import Ran
from cli.nccl.launcher_log import LauncherLog, last_words
from cli.nccl.look import look, pods_of
from cli.nccl.progress import RunSeen
from cli.nccl.templates import MPIJob, Template, jobs_labelled
from cli.waiting import Clock, Ending, SystemClock, Waited, wait_until
from knowledge.nccl_job import RUN_LABEL, run_name

GRACE_SECONDS = 60.0
"""What the cluster may take beyond the launcher's deadline to say that it has passed."""

TOO_MANY_REQUESTS = 429

REMOVAL_SECONDS = 120.0
"""A pod has 30 s to end, and kubelet as much again."""


@dataclass(frozen=True)
class Session:
    """What all runs of one test share. `patience_seconds` is how long nodes, images and workers may take; for
    the launcher its own deadline counts.
    """

    cluster: Cluster
    stamp: str
    folder: Path
    patience_seconds: float
    show: Callable[[str, float], None]
    clock: Clock = field(default_factory=SystemClock)
    poll_seconds: float = 0.5
    """Between two looks at a run; longer where many run at once."""


def run_variant(session: Session, template: Template) -> tuple[Ran, bool]:
    """Run a variant; its log, and whether it came to an end instead of being given up.

    The run is removed whatever happens, and what there is of the log is kept.
    """
    cluster, run = session.cluster, run_name(template.variant, session.stamp)
    log = LauncherLog(cluster, session.folder, template.variant)

    before: RunSeen | None = None

    def look_once() -> RunSeen:
        nonlocal before
        try:
            before = seen = look(cluster, template, run)
        except httpx2.HTTPError as error:
            if before is None or not _may_pass(error):
                raise
            seen = before
        log.follow(seen.launcher)
        return replace(seen, rows=log.rows)

    def wait(is_done: Callable[[RunSeen], bool], seconds: float) -> Waited[RunSeen]:
        return wait_until(
            look_once,
            is_done,
            is_hopeless=RunSeen.is_hopeless,
            show=lambda seen, waited: session.show(seen.progress(), waited),
            patience_seconds=seconds,
            clock=session.clock,
            poll_seconds=session.poll_seconds,
        )

    with _removed_afterwards(cluster, run, log):
        cluster.client.create(template.run(session.stamp))
        waited = wait(RunSeen.is_under_way, session.patience_seconds)
        if waited.ending is Ending.DONE:
            deadline = template.deadline_seconds or session.patience_seconds
            waited = wait(RunSeen.has_ended, deadline + GRACE_SECONDS)
        kept = log.finish()
    return Ran(template, kept, trouble(waited, kept)), waited.ending is Ending.DONE


def _may_pass(error: httpx2.HTTPError) -> bool:
    """Whether the cluster may answer at the next look: it was not reached, or has no time.

    A run that nodes are paid for is not given up for that.
    """
    if isinstance(error, httpx2.HTTPStatusError):
        return error.response.is_server_error or error.response.status_code == TOO_MANY_REQUESTS
    return isinstance(error, httpx2.TransportError)


def trouble(waited: Waited[RunSeen], log: Path) -> str | None:
    """Why a run did not end well, None where it did."""
    seen = waited.last
    if waited.ending is Ending.OUT_OF_PATIENCE:
        return f"gave up after {waited.seconds:.0f} s: {seen.why()}"
    if waited.ending is Ending.HOPELESS:
        return f"gave up: {seen.why()}"
    if not seen.job.there:
        return "the run was taken away by someone else before its end"
    if seen.job.failed is None:
        return None
    words = last_words(log)
    said = f"; the launcher's last words: {words}" if words else ""
    times = f" after {seen.restarts} restarts" if seen.restarts else ""
    return f"the launcher failed{times}: {seen.job.failed}{said}"


def leftovers(cluster: Cluster) -> list[str]:
    """Names of the runs that are there: those that a killed test left, for who has the turn."""
    jobs = jobs_labelled(cluster, {RUN_LABEL: operators.exists()})
    return [job.metadata.name for job in jobs if job.metadata and job.metadata.name]


def remove(cluster: Cluster, run: str) -> None:
    """Delete a run with its pods; its absence is fine."""
    try:
        cluster.client.delete(MPIJob, run, namespace=cluster.nccl_namespace, cascade=CascadeType.BACKGROUND)
    except ApiError as error:
        if error.status.code != NOT_FOUND:
            raise


def wait_until_gone(session: Session, run: str) -> None:
    """Wait for the end of a run's pods: a new run beside them would be given nodes of its own."""
    waited = wait_until(
        lambda: len(pods_of(session.cluster, run)),
        lambda pods: not pods,
        show=lambda pods, seconds: session.show(f"{pods} pods of {run} are ending", seconds),
        patience_seconds=REMOVAL_SECONDS,
        clock=session.clock,
    )
    if waited.ending is not Ending.DONE:
        tell(
            f"{waited.last} pods of {run} are still there after {waited.seconds:.0f} s; going on beside them"
        )


@contextmanager
def _removed_afterwards(cluster: Cluster, run: str, log: LauncherLog) -> Iterator[None]:
    """Take the run away at the end. After Ctrl-C or a fault its log is read first, if it can be."""
    try:
        yield
    except BaseException:
        with suppress(CommandError):  # a full disk is no reason to leave the run, and its nodes, where it is
            log.finish()
        if _is_taken_away(cluster, run):
            has_log = log.path.exists() and log.path.stat().st_size > 0
            tell(f"{run} is taken away" + (f"; what there is of its log: {log.path}" if has_log else ""))
        raise
    _is_taken_away(cluster, run)


def _is_taken_away(cluster: Cluster, run: str) -> bool:
    """Remove a run. What keeps it is said, and hides neither a measurement nor another fault."""
    try:
        remove(cluster, run)
    except httpx2.HTTPError as error:
        tell(f"{run} could not be taken away ({error}); the next test takes it away")
        return False
    return True
