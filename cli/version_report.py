"""The chosen versions of a stack and of an image, and how they stand: a document, and a table drawn from it.

Scripts read the document (`versions --json`), so a key is never renamed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cli.errors import CommandError
from cli.stacks import Stack
from knowledge import clock
from knowledge.compatibility import Finding, Judgement, Standing, VersionSet, judge
from knowledge.compatibility.judge import complete
from knowledge.compatibility.judgement import worst_first
from knowledge.compatibility.table import Source
from knowledge.compatibility.table import table as rows
from knowledge.compatibility.versions import NAMES, of_version_file
from knowledge.eks_versions import support_finding
from settings.checks.versions import chosen_versions
from settings.reading import read

NEWEST_IMAGE = (
    "no release of the image is chosen: the newest is taken, whose drivers are not known beforehand"
)

STYLES = {Standing.SUPPORTED: "green", Standing.UNTESTED: "yellow", Standing.UNSUPPORTED: "red"}


@dataclass(frozen=True)
class Judged:
    """Versions that meet somewhere, with what the table says of them."""

    title: str
    versions: VersionSet
    """With what an image or an installer is known to bring."""
    judgement: Judgement


def judged_stack(stack: Stack) -> tuple[Judged, ...]:
    """The cluster, then the nodes of every pool. No account is asked, so nothing is judged by kind of GPU."""
    cluster, *pools = chosen_versions(read(stack.file.raw), None)
    return (
        Judged(cluster.title, complete(cluster.versions), _of_cluster(cluster.versions, clock.today())),
        *(Judged(pool.title, complete(pool.versions), _on_pool(pool.versions)) for pool in pools),
    )


def judged_image(version_file: Path, title: str) -> Judged:
    """What an image is built from, as its version file says; CommandError for a file that names nothing."""
    try:
        versions = of_version_file(version_file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            str(version_file), f"cannot be read: {error}", "name a file of KEY=VALUE"
        ) from error
    if versions == VersionSet():
        cure = "write lines such as NCCL_VERSION=v2.29.7-1"
        raise CommandError(str(version_file), "names no version", cure)
    return Judged(title, complete(versions), judge(versions))


def worst(judged: Iterable[Judged]) -> Standing:
    """How everything stands together; what says nothing does not count."""
    return max(
        (each.judgement.standing for each in judged if each.judgement.findings), default=Standing.SUPPORTED
    )


def document(judged: Sequence[Judged]) -> dict[str, Any]:
    """The document."""
    return {
        "standing": str(worst(judged)),
        "sets": [
            {
                "title": each.title,
                "versions": dict(each.versions.given()),
                "standing": str(each.judgement.standing) if each.judgement.findings else None,
                "findings": [_finding(finding) for finding in each.judgement.findings],
                "open": list(each.judgement.open),
            }
            for each in judged
        ],
        "stale": [_source(each) for each in _to_be_read_again()],
    }


def report(judged: Sequence[Judged]) -> RenderableType:
    """The table for people: a line for everything that was found, and below it what is left open."""
    table = Table("For", "Versions", "Standing", title="Versions", title_justify="left")
    table.add_column("Because", overflow="fold")
    for each in judged:
        for finding in each.judgement.findings:
            style = STYLES[finding.standing]
            table.add_row(
                escape(each.title),
                escape(_named(finding, each.versions)),
                f"[{style}]{finding.standing}[/]",
                escape(str(finding)),
            )
    opened = [Text(f"open  {each.title}: {line}") for each in judged for line in each.judgement.open]
    stale = [Text(f"stale {each.title}: read on {each.read}") for each in _to_be_read_again()]
    return Group(table, *opened, *stale)


def _to_be_read_again() -> tuple[Source, ...]:
    """What the table was made of and nobody has looked at for long: its rows may be out of date."""
    return rows().to_be_read_again(clock.today())


def _of_cluster(versions: VersionSet, today: date) -> Judgement:
    """What goes with what, and how long EKS supports it."""
    found = judge(versions)
    supported = support_finding(versions.kubernetes, today) if versions.kubernetes else None
    return Judgement(worst_first([*found.findings, *([supported] if supported else [])]), found.open)


def _on_pool(versions: VersionSet) -> Judgement:
    found = judge(versions)
    if versions.ami_release is not None:
        return found
    return Judgement(found.findings, (*found.open, NEWEST_IMAGE))


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "about": list(finding.about),
        "standing": str(finding.standing),
        "reason": finding.reason,
        "cure": finding.cure,
        "source": _source(finding.source) if finding.source else None,
    }


def _source(source: Source) -> dict[str, str]:
    return {"title": source.title, "url": source.url, "read": source.read.isoformat()}


def _named(finding: Finding, versions: VersionSet) -> str:
    """The versions that a finding is about, such as `NCCL 2.27.7, aws-ofi-nccl 1.16.3`."""
    given = dict(versions.given())
    return ", ".join(f"{NAMES[field]} {given.get(field, '')}".strip() for field in finding.about)
