"""Logs in the shape of public reports, with the answer that each must get, and the classes that they stand
for."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from nccl.checks import judge
from nccl.report import Run, report_on
from nccl.source import read_stream
from nccl.verdict import Expectation, Outcome, Verdict

FIELD = Path(__file__).parent / "field"
P5 = Expectation("efa", 32, "p5.48xlarge", collective="all_reduce")
OF_FOUR = Expectation("efa", 4)
PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
LISTEN = "run every rank with NCCL_DEBUG=INFO and NCCL_DEBUG_SUBSYS=INIT,NET, without NCCL_DEBUG_FILE"


def judged(name: str, expected: Expectation) -> Run:
    return report_on([FIELD / name], expected).runs[0]


def verdict_on(text: str | bytes, expected: Expectation = P5) -> Verdict:
    return judge(read_stream(BytesIO(text.encode() if isinstance(text, str) else text)), expected)


def text(name: str) -> str:
    return (FIELD / name).read_text()


WHOLE = text("tests-2.20.0-commit.log")
OLD = text("json-line-first.log").split("\n", 1)[1]
"""The log of a release before 2.16, whose end is "#" and an empty line."""


@pytest.mark.parametrize(
    ("log", "expected", "outcome", "first"),
    [
        ("tests-2.20.0-commit.log", P5, PASS, "all 31 rows are there"),
        ("tests-2.20.0-cut.log", P5, INCONCLUSIVE, "the log stops after the average"),
        ("tests-2.19.6-cut.log", P5, INCONCLUSIVE, "the log stops after the average"),
        (
            "gb200-mnnvl.log",
            OF_FOUR,
            INCONCLUSIVE,
            "efa was selected, but nothing crossed it: the hosts are joined by P2P/MNNVL; NCCL counts "
            "2 hosts as 1 node; NCCL_MNNVL_ENABLE=0 would test the network",
        ),
        ("ray-repeated.log", OF_FOUR, PASS, "all 31 rows are there"),
        ("ansi-line.log", P5, PASS, "all 31 rows are there"),
        (
            "only-node-a-says.log",
            P5,
            INCONCLUSIVE,
            f"8 of 16 ranks (all of node-b) did not say which network they used; {LISTEN}",
        ),
        ("ranks-elided.log", P5, PASS, "all 31 rows are there"),
        (
            "same-hostname.log",
            P5,
            INCONCLUSIVE,
            "host names do not tell nodes apart: ranks 0 and 8 are both main's device 0",
        ),
        ("json-lines.log", P5, PASS, "all 31 rows are there"),
        ("json-line-first.log", P5, PASS, "all 31 rows are there"),
        ("efa-but-slow.log", Expectation("efa", 32, "ml.p5.48xlarge"), FAIL, "9.00 GB/s at 8 GiB"),
        (
            "wrapped-80.log",
            P5,
            INCONCLUSIVE,
            "31 result rows are there, but none can be read: their lines are broken",
        ),
        (
            "no-mpi.log",
            Expectation("efa"),
            INCONCLUSIVE,
            "the log holds 2 runs, each of one process alone; if mpirun started them as one, nccl-tests was "
            "built without MPI: build it with MPI=1",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(".log") else None,
)
def test_a_log_from_the_field_gets_its_answer_and_the_reason_that_matters_first(
    log: str, expected: Expectation, outcome: Outcome, first: str
) -> None:
    run = judged(log, expected)
    assert run.verdict.outcome is outcome, run.verdict.reasons
    assert run.verdict.reasons[0].startswith(first), run.verdict.reasons


def test_a_release_with_a_commit_behind_it_is_read() -> None:
    assert judged("tests-2.20.0-commit.log", P5).facts.versions.nccl_tests == "2.20.0"


@pytest.mark.parametrize(
    "line",
    [
        "# nccl-tests version 2.20 nccl-headers=23102 nccl-library=23102",
        "# nccl-tests version 3.0.0-rc1",
        "# nccl-tests version main (b4d5bee)",
        "# nccl-tests v2.20.0",
        "# NCCL-tests: unknown",
    ],
)
def test_a_release_that_cannot_be_read_is_taken_for_the_newest(line: str) -> None:
    first = WHOLE.split("\n", 1)[0]
    assert verdict_on(WHOLE.replace(first, line)).outcome is PASS
    cut = text("tests-2.20.0-cut.log").replace(first, line)
    assert verdict_on(cut).outcome is INCONCLUSIVE


@pytest.mark.parametrize("log", [WHOLE, OLD], ids=["2.20", "before 2.16"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n\n\n", "\r\n"])
def test_an_end_that_lost_its_last_empty_line_is_an_end(log: str, end: str) -> None:
    assert verdict_on(log.rstrip("\n") + end).outcome is PASS


NETWORK = "Using network Libfabric"
OTHERS_WORDS = (" [repeated 15x across cluster]", "\x1b[0m", " |", ",", '"', "\r", " \x1b[K", " # note")


@pytest.mark.parametrize("behind", OTHERS_WORDS)
def test_what_stands_behind_a_message_is_no_part_of_it(behind: str) -> None:
    lines = [line + behind if "NCCL INFO" in line else line for line in WHOLE.split("\n")]
    assert verdict_on("\n".join(lines)).outcome is PASS


@pytest.mark.parametrize("times", [1, 2, 5])
def test_messages_on_one_line_and_doubled_ones_say_what_they_say(times: int) -> None:
    lines = WHOLE.split("\n")
    glued = "\n".join(lines).replace(f"{NETWORK}\n", NETWORK, times)
    doubled = "\n".join(line for line in lines for _ in range(times if "NCCL INFO" in line else 1))
    assert verdict_on(glued).outcome is PASS
    assert verdict_on(doubled).outcome is PASS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Using network Libfabric", "Using network Hyperfabric"),
        ("Selected provider is efa,", "Selected provider is efa9,"),
        ("via NET/Libfabric/", "via NET/Hyperfabric/"),
    ],
)
def test_an_unknown_name_is_an_open_question_with_the_line_quoted(old: str, new: str) -> None:
    found = verdict_on(WHOLE.replace(old, new))
    assert found.outcome is INCONCLUSIVE
    assert any(new in reason and '"NCCL INFO ' in reason for reason in found.reasons), found.reasons


def test_an_unknown_column_is_an_open_question_with_the_header_quoted() -> None:
    found = verdict_on(WHOLE.replace("busbw #wrong     time", "busbw  #drift     time"))
    assert found.outcome is INCONCLUSIVE
    assert found.reasons[0].startswith(
        'the table has a column that is not known: "# size count type redop root time'
    )
    assert not any("-c 0" in reason for reason in found.reasons)


def wrapped(log: str, form: str) -> str:
    lines = log.rstrip("\n").split("\n")
    if form == "cloudwatch":
        events = [{"timestamp": 1, "message": line} for line in lines]
        return json.dumps({"events": events, "nextForwardToken": "f/1"}, indent=1)
    objects = {
        "docker": lambda line: json.dumps(
            {"log": line + "\n", "stream": "stdout", "time": "2026-01-05T10:00:00Z"}
        ),
        "fluent-bit": lambda line: json.dumps(
            {"date": 1.5, "stream": "stdout", "log": line, "kubernetes": {"a": "b"}}
        ),
        "stern": lambda line: json.dumps({"message": line, "nodeName": "ip-10-0-0-1", "podName": "x"}),
        "journald": lambda line: json.dumps({"__CURSOR": "s=1", "MESSAGE": line}),
        "prefixed": lambda line: "2026-01-05T10:00:00Z launcher " + json.dumps({"log": line + "\n"}),
    }
    return "\n".join(map(objects[form], lines)) + "\n"


@pytest.mark.parametrize("form", ["docker", "fluent-bit", "stern", "journald", "prefixed", "cloudwatch"])
@pytest.mark.parametrize("log", [WHOLE, OLD], ids=["2.20", "before 2.16"])
def test_a_log_in_json_objects_is_unwrapped(log: str, form: str) -> None:
    assert verdict_on(wrapped(log, form)).outcome is PASS


@pytest.mark.parametrize(
    "first",
    [
        '{"time":"2026-01-05","level":"INFO","msg":"waiting"}',
        "{",
        "{}",
        "{ set -x; }",
        '{"broken": ',
        "[",
        "[{",
    ],
)
def test_a_first_line_like_json_decides_nothing(first: str) -> None:
    assert verdict_on(f"{first}\n{WHOLE}").outcome is PASS


def test_what_was_selected_is_no_evidence_of_what_carried_the_data() -> None:
    silent = "\n".join(line for line in WHOLE.split("\n") if " via " not in line)
    found = verdict_on(silent)
    assert found.outcome is INCONCLUSIVE
    assert found.reasons == (
        "efa was selected, but no line says what carried the data between hosts; run with NCCL_DEBUG=INFO "
        "and NCCL_DEBUG_SUBSYS=INIT,NET",
    )


def test_another_network_between_hosts_is_evidence_against() -> None:
    found = verdict_on(WHOLE.replace("via NET/Libfabric/0/GDRDMA", "via NET/Socket/0", 1))
    assert (found.outcome, found.reasons[0]) == (
        FAIL,
        "efa was asked for, but the data went over Libfabric, Socket, efa",
    )


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (Expectation(nodes=3), "the log is of a run on 2 hosts, but 3 nodes were asked for"),
        (Expectation(collective="all_gather"), "the log is of all_reduce, but all_gather was asked for"),
    ],
)
def test_a_log_of_another_run_than_was_meant_is_no_pass(expected: Expectation, reason: str) -> None:
    found = verdict_on(WHOLE, expected)
    assert (found.outcome, found.reasons) == (INCONCLUSIVE, (reason,))


def test_ranks_without_a_place_are_told() -> None:
    lines = [line for line in WHOLE.split("\n") if "node-b" not in line]
    found = verdict_on("\n".join(lines))
    assert found.outcome is INCONCLUSIVE
    assert found.reasons[0] == (
        "the list of ranks is partial: 8 of 16 ranks have a place, missing 8, 9, 10, 11 and 4 more"
    )


def test_messages_of_another_run_prove_nothing_of_this_one() -> None:
    other = WHOLE.replace("node-b:10", "node-z:77").split("\n")
    found = verdict_on("\n".join(other))
    assert found.outcome is INCONCLUSIVE
    assert found.reasons[0].startswith("the log has messages of another run, of node-z:7708, node-z:7709")
