"""The report as Markdown for a pull request: the verdict first, every number folded away below it."""

import re
from collections.abc import Iterator

from nccl.facts import RECORDED_MARK
from nccl.report import Report, Run
from nccl.summary import bandwidth_table, facts_of
from nccl.verdict import Outcome


def to_markdown(report: Report, picture: str | None = None) -> str:
    """The Markdown; `picture` is where the picture is, from where the text will be."""
    return "\n".join(_lines(report, picture)) + "\n"


def _lines(report: Report, picture: str | None) -> Iterator[str]:
    yield f"### NCCL: {report.headline}"
    yield ""
    if report.recorded:
        yield f"> **{RECORDED_MARK}**: these figures come from a recording."
        yield ""
    if report.outcome != Outcome.PASS:
        yield from (f"- {_plain(reason)}" for reason in report.reasons)
        yield ""
    if picture:
        yield f"![bus bandwidth over message size]({picture})"
        yield ""
    for run in report.runs:
        yield from _run(run)
    for one in report.comparisons:
        yield f"**{_plain(one.other)} against {_plain(one.socket)}**: {_plain(one.check.reason)}"
        yield ""
    yield "<details><summary>Bus bandwidth by size, out of place, GB/s</summary>"
    yield ""
    heads, rows = bandwidth_table(report)
    yield "| " + " | ".join(_plain(head) for head in heads) + " |"
    yield "|" + " ---: |" * len(heads)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""
    yield "</details>"


def _run(run: Run) -> Iterator[str]:
    yield f"**{_plain(run.label)}** (`{run.log.name.replace('`', '')}`): {run.verdict.outcome}"
    yield ""
    yield ", ".join(f"{name} {_plain(value)}" for name, value in facts_of(run.facts))
    yield ""
    yield "| check | outcome | why |"
    yield "| --- | --- | --- |"
    for check in run.verdict.checks:
        yield f"| {check.name} | {check.outcome or 'not judged'} | {_plain(check.reason)} |"
    yield ""


def _plain(text: str) -> str:
    """Text of a log, or of a pod's status, must not become markup: no picture, no link, no new line."""
    for character, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("`", "'")):
        text = text.replace(character, instead)
    return re.sub(r"([\\|*_\[\]])", r"\\\1", " ".join(text.split()))
