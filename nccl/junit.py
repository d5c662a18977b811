"""Verdicts as JUnit XML, for pipelines that show tests: one suite a report, one case a question.

FAIL is a `failure` and INCONCLUSIVE an `error`, as neither may be taken for a pass; what was not asked is
`skipped`. The form is the one that GitHub's, GitLab's and Jenkins' readers share
(https://github.com/testmoapp/junitxml).
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass

from nccl.facts import RECORDED_MARK
from nccl.pairs.report import PairReport
from nccl.prove.report import JobReport
from nccl.report import Report
from nccl.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its answer; outcome None: not asked."""

    group: str
    name: str
    outcome: Outcome | None
    reason: str


def cases_of(report: Report) -> tuple[Case, ...]:
    """One for each check of each run, and for each comparison."""
    runs = [
        Case(f"nccl.{run.label}", check.name, check.outcome, check.reason)
        for run in report.runs
        for check in run.verdict.checks
    ]
    compared = [
        Case("nccl.comparison", f"{one.other} against {one.socket}", one.check.outcome, one.check.reason)
        for one in report.comparisons
    ]
    return (*runs, *compared)


def cases_of_pairs(report: PairReport) -> tuple[Case, ...]:
    """One for each node, which fails where it is to blame, and one for what belongs to no node."""
    against = {node: finding for finding in report.findings for node in finding.nodes}
    short = {each.node: each.what for each in report.shortfalls}
    nodes = []
    for node in report.test.nodes:
        why = short.get(node) or (against[node].why if node in against else None)
        nodes.append(Case("nccl.pairs", node, Outcome.FAIL if why else Outcome.PASS, why or "fast enough"))
    whole = Case("nccl.pairs", f"pool {report.pool}", report.outcome, "; ".join(report.reasons))
    return (*nodes, whole)


def cases_of_job(report: JobReport) -> tuple[Case, ...]:
    """One for each pod, and one for the job."""
    job = report.job
    pods = [
        Case("nccl.prove", one.pod.name, one.outcome, "; ".join([one.reason, *one.causes]))
        for one in report.findings
    ]
    whole = Case("nccl.prove", f"job {job.namespace}/{job.name}", report.outcome, "; ".join(report.reasons))
    return (*pods, whole)


def to_junit(name: str, cases: Iterable[Case], *, recorded: bool) -> str:
    """The XML text; a recording says so in the suite's name and properties."""
    listed = list(cases)
    counts = {
        "tests": len(listed),
        "failures": sum(case.outcome is Outcome.FAIL for case in listed),
        "errors": sum(case.outcome is Outcome.INCONCLUSIVE for case in listed),
        "skipped": sum(case.outcome is None for case in listed),
    }
    shown = f"{name} ({RECORDED_MARK})" if recorded else name
    attributes = {"name": shown, **{key: str(count) for key, count in counts.items()}}
    root = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    for case in listed:
        _add(suite, case)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


_TAGS = {Outcome.FAIL: "failure", Outcome.INCONCLUSIVE: "error", None: "skipped"}


def _add(suite: ElementTree.Element, case: Case) -> None:
    names = {"classname": _plain(case.group), "name": _plain(case.name)}
    element = ElementTree.SubElement(suite, "testcase", names)
    if case.outcome is Outcome.PASS:
        ElementTree.SubElement(element, "system-out").text = _plain(case.reason)
    else:
        ElementTree.SubElement(element, _TAGS[case.outcome], {"message": _plain(case.reason)})


_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no room for, escape sequences of terminals among it."""


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
