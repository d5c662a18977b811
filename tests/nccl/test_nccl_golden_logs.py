"""Every form of output that is known, each with what must be found in it and the verdict it must get."""

import json
from pathlib import Path
from typing import Any

import pytest

from nccl.document import facts_document
from nccl.report import Run, report_on
from nccl.verdict import Expectation
from tests.nccl.generate_golden import FOLDER, files

LOGS = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))


def expected_of(log: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(log.with_name(f"{log.stem}.expected.json").read_text())
    return found


def judged(log: Path, expect: dict[str, Any]) -> Run:
    return report_on([log], Expectation(**expect)).runs[0]


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_a_log_gives_the_facts_and_the_verdict_beside_it(log: Path) -> None:
    expected = expected_of(log)
    run = judged(log, expected["expect"])
    checks = [f"{check.name}: {check.outcome}: {check.reason}" for check in run.verdict.checks]
    assert run.verdict.outcome == expected["outcome"], checks
    deciding = run.verdict.reasons
    assert any(expected["why"] in reason for reason in deciding), deciding
    if expected["facts"] is not None:
        assert facts_document(run.facts) == expected["facts"]


def test_the_corpus_has_more_than_forty_variants() -> None:
    assert len(LOGS) > 40


def test_the_files_are_what_their_generator_writes() -> None:
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert kept == files()
