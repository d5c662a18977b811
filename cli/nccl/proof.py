"""The whole test: each variant in turn, the verdict, and all of it kept; the verdict also in the cluster."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from cli.console import live_line, tell
from cli.nccl.judgement import Ran, judge_runs
from cli.nccl.report import RUNS
from cli.nccl.run import Session, leftovers, remove, run_variant, wait_until_gone
from cli.nccl.templates import Template, chosen, read_templates
from cli.nccl.turn import turn
from cli.target import Target
from knowledge.nccl_job import SERIES_FILE, VERDICT_CONFIG_MAP, Variant, run_name
from nccl.document import to_json
from nccl.folder import given_folder, new_folder, write_report
from nccl.markdown import to_markdown
from nccl.report import Report
from nccl.series import to_series

CONFIG_MAP_BYTES = 1_000_000
"""What is written into a ConfigMap at most; the API server takes 1 MiB (pkg/apis/core/types.go)."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: variants (none: all that the stack has), most seconds to wait for workers, where to
    keep the report (None: a new folder in `runs`), and whether to draw.
    """

    variants: Sequence[Variant] = ()
    timeout: float | None = None
    directory: Path | None = None
    picture: bool = True


def prove(target: Target, wanted: Wanted) -> tuple[Report, list[Path]]:
    """Run the test and judge it; the report, and the files that hold it.

    Raises CommandError where the test cannot even begin.
    """
    cluster = target.cluster
    templates = chosen(read_templates(cluster), wanted.variants)
    with begun(target, wanted.timeout, wanted.directory) as session:
        report = judge_runs(run_all(session, templates))
        # First, as the cluster may be gone.
        written = write_report(report, session.folder, picture=wanted.picture)
        cluster.client.apply(verdict_config_map(report, session.stamp, cluster.nccl_namespace), force=True)
        return report, written


@contextmanager
def begun(target: Target, timeout: float | None, directory: Path | None) -> Iterator[Session]:
    """The turn in the cluster, a folder for the report, and nothing left of a test before; for one test."""
    cluster = target.cluster
    with live_line() as show, turn(cluster, show):
        now = datetime.now(UTC)
        folder = given_folder(directory) if directory else new_folder(RUNS, now)
        patience = timeout or target.patience_seconds
        session = Session(cluster, f"{now:%Y%m%dt%H%M%Sz}", folder, patience, show)
        take_leftovers_away(session)
        yield session


def take_leftovers_away(session: Session) -> None:
    """Remove what a killed test left. Whoever has the turn may: no test that goes on is without it."""
    for run in leftovers(session.cluster):
        tell(f"{run} was left behind by a test that did not end; taking it away")
        remove(session.cluster, run)
        wait_until_gone(session, run)


def run_all(session: Session, templates: Sequence[Template]) -> list[Ran]:
    """Run one variant after the other; none after one that was given up, as it would wait for the same."""
    ran: list[Ran] = []
    for template in templates:
        if ran:
            wait_until_gone(session, run_name(ran[-1].template.variant, session.stamp))
        one, ended = run_variant(session, template)
        ran.append(one)
        if not ended:
            break
    left_out = ", ".join(template.variant for template in templates[len(ran) :])
    if left_out:
        tell(f"not run, as it would wait for the same: {left_out}")
    return ran


def verdict_config_map(report: Report, stamp: str, namespace: str) -> ConfigMap:
    """The verdict as the cluster keeps it, for a pipeline that has no run folder, and for Prometheus.

    The documents are left out where they are too long for a ConfigMap; they are in the run folder as well.
    """
    data = {
        "outcome": str(report.outcome),
        "headline": report.headline,
        "run": stamp,
        SERIES_FILE: to_series(report, stamp),
    }
    documents = {"report.md": to_markdown(report), "report.json": to_json(report)}
    for name, text in documents.items():
        if sum(len(value.encode()) for value in (*data.values(), text)) < CONFIG_MAP_BYTES:
            data[name] = text
    labels = {"app.kubernetes.io/managed-by": "eks-efa"}
    return ConfigMap(
        metadata=ObjectMeta(name=VERDICT_CONFIG_MAP, namespace=namespace, labels=labels), data=data
    )
