from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
import pytest
from lightkube.core.exceptions import ApiError

from cli.errors import CommandError
from cli.nccl.launcher_log import LauncherLog
from cli.nccl.run import GRACE_SECONDS, Session, leftovers, remove, run_variant, wait_until_gone
from tests.cli.fake_clock import FakeClock
from tests.cli.nccl.fake_api import FakeApi, failure
from tests.cli.nccl.fake_operator import JOBS, FakeOperator
from tests.cli.nccl.nccl_objects import template, template_document, waiting
from tests.nccl.seed_logs import SEED_EFA

PATIENCE = 180.0


@dataclass
class Bench:
    """A cluster with an operator, and a session that works in it while its clock stands still."""

    folder: Path
    api: FakeApi = field(default_factory=FakeApi)
    shown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.operator = FakeOperator(self.api)
        self.clock = FakeClock(self.operator.step)

    def session(self) -> Session:
        def show(text: str, seconds: float) -> None:
            self.shown.append(text)

        return Session(self.api.cluster(), "1", self.folder, PATIENCE, show, self.clock)

    def runs(self) -> list[str]:
        return [path for path in self.api.objects if path.startswith(JOBS)]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("time.sleep", lambda _: None)
    return Bench(tmp_path)


def test_a_run_that_ends_well_leaves_its_log_and_nothing_in_the_cluster(bench: Bench) -> None:
    ran, ended = run_variant(bench.session(), template("efa"))
    assert (ran.trouble, ended) == (None, True)
    assert ran.log == bench.folder / "efa.log"
    assert ran.log.read_bytes() == SEED_EFA.read_bytes()
    assert bench.runs() == []


def test_the_live_line_tells_the_run_from_nodes_to_rows(bench: Bench) -> None:
    run_variant(bench.session(), template("efa"))
    lines = list(dict.fromkeys(bench.shown))
    assert lines[0] == "efa: waiting for the MPI operator to make its pods"
    assert lines[1].startswith("efa: workers 0/2 running")
    assert lines[2] == "efa: workers 2/2 running, waiting until all are Ready"
    assert lines[3].startswith("efa: launcher runs, ")
    assert lines[-1] == "efa: launcher has ended"


def test_a_launcher_that_failed_is_told_with_its_last_words(bench: Bench) -> None:
    bench.operator.failure = "BackoffLimitExceeded"
    ran, ended = run_variant(bench.session(), template("efa"))
    assert ended
    assert ran.trouble is not None
    assert ran.trouble.startswith("the launcher failed: BackoffLimitExceeded; the launcher's last words: ")
    assert ran.log.exists()
    assert bench.runs() == []


def test_an_image_that_cannot_be_pulled_is_given_up_long_before_patience_ends(bench: Bench) -> None:
    bench.operator.worker = waiting("ErrImagePull", "manifest unknown", image="registry/nccl:9")
    ran, ended = run_variant(bench.session(), template("efa"))
    assert not ended
    assert ran.trouble == (
        "gave up: worker-0: ErrImagePull: registry/nccl:9: manifest unknown; "
        "is `nccl.image` right, and may the nodes pull it?"
    )
    assert bench.clock.seconds < 20
    assert bench.runs() == []


def test_without_an_operator_patience_ends_and_says_so(bench: Bench) -> None:
    bench.operator.is_there = False
    ran, ended = run_variant(bench.session(), template("efa"))
    assert not ended
    assert ran.trouble is not None
    assert ran.trouble.startswith(f"gave up after {PATIENCE:.0f} s: nobody has made its pods")


def test_a_launcher_has_its_own_deadline_beyond_the_patience_for_nodes(bench: Bench) -> None:
    step = bench.operator.step

    def until_the_launcher_runs(seconds: float) -> None:
        if bench.operator.steps.get("nccl-efa-1", 0) < 3:
            step(seconds)

    bench.clock.meanwhile = until_the_launcher_runs
    ran, ended = run_variant(bench.session(), template("efa"))
    assert not ended
    assert ran.trouble is not None and "the launcher runs still" in ran.trouble
    assert bench.clock.seconds == pytest.approx(600 + GRACE_SECONDS, abs=5)


@pytest.mark.parametrize("code", [0, 429, 503])
def test_a_cluster_that_does_not_answer_now_and_then_does_not_end_a_run(
    code: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, calls = bench.api.answer, count()

    def now_and_then(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET" and next(calls) % 7 == 6:
            if not code:
                raise httpx2.ReadTimeout("timed out", request=request)
            return httpx2.Response(code, json=failure(code, "busy")[1])
        return answer(request)

    monkeypatch.setattr(bench.api, "answer", now_and_then)
    ran, ended = run_variant(bench.session(), template("efa"))
    assert (ran.trouble, ended, bench.runs()) == (None, True, [])


def test_what_the_cluster_refuses_is_not_asked_for_again(bench: Bench) -> None:
    bench.api.undefined.add("pods")
    with pytest.raises(ApiError):
        run_variant(bench.session(), template("efa"))
    assert bench.runs() == []


def test_a_run_that_someone_took_away_is_told_so(bench: Bench) -> None:
    bench.clock.meanwhile = lambda seconds: bench.api.objects.pop(f"{JOBS}/nccl-efa-1", None)
    ran, _ = run_variant(bench.session(), template("efa"))
    assert ran.trouble == "the run was taken away by someone else before its end"


def interrupt_at(bench: Bench, seconds: float) -> Callable[[float], None]:
    def meanwhile(now: float) -> None:
        bench.operator.step(now)
        if now >= seconds:
            raise KeyboardInterrupt

    return meanwhile


def test_ctrl_c_takes_the_run_away_and_keeps_what_there_is_of_the_log(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.clock.meanwhile = interrupt_at(bench, 2.0)
    with pytest.raises(KeyboardInterrupt):
        run_variant(bench.session(), template("efa"))
    assert bench.runs() == []
    assert (bench.folder / "efa.log").read_bytes() == SEED_EFA.read_bytes()
    said = " ".join(capsys.readouterr().err.split())
    assert "nccl-efa-1 is taken away; what there is of its log:" in said


def test_a_run_that_cannot_be_taken_away_after_ctrl_c_is_left_to_the_next_test(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(seconds: float) -> None:
        bench.api.failing = True
        raise KeyboardInterrupt

    bench.clock.meanwhile = gone
    with pytest.raises(KeyboardInterrupt):
        run_variant(bench.session(), template("efa"))
    assert "the next test takes it away" in capsys.readouterr().err


def test_a_measurement_is_not_lost_where_its_run_cannot_be_taken_away(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop_answering(method: str, path: str) -> None:
        if method == "GET" and bench.operator.steps.get("nccl-efa-1", 0) >= 4 and "/pods" in path:
            bench.api.failing = True

    bench.api.after = stop_answering
    ran, ended = run_variant(bench.session(), template("efa"))
    assert (ran.trouble, ended) == (None, True)
    assert "nccl-efa-1 could not be taken away" in capsys.readouterr().err


def test_a_run_is_taken_away_also_where_its_log_cannot_be_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(log: LauncherLog) -> Path:
        raise CommandError(str(log.path), "no space left on device", "give another --output")

    monkeypatch.setattr(LauncherLog, "finish", full)
    with pytest.raises(CommandError, match="no space left on device"):
        run_variant(bench.session(), template("efa"))
    assert bench.runs() == []


def test_leftovers_are_runs_and_never_templates(bench: Bench) -> None:
    cluster = bench.api.cluster()
    bench.api.put(f"{JOBS}/nccl-efa", template_document("efa"))
    cluster.client.create(template("efa").run("old"))
    assert leftovers(cluster) == ["nccl-efa-old"]
    remove(cluster, "nccl-efa-old")
    remove(cluster, "nccl-efa-old")
    assert leftovers(cluster) == []
    assert bench.runs() == [f"{JOBS}/nccl-efa"]


@pytest.mark.parametrize("undefined", ["mpijobs", "kubeflow.org"])
def test_a_cluster_without_the_operator_has_no_leftovers(undefined: str) -> None:
    assert leftovers(FakeApi(undefined={undefined}).cluster()) == []


def test_the_next_run_waits_for_the_pods_of_the_one_before(bench: Bench) -> None:
    session = bench.session()
    session.cluster.client.create(template("efa").run("1"))
    bench.operator.step()
    remove(session.cluster, "nccl-efa-1")
    wait_until_gone(session, "nccl-efa-1")
    assert bench.shown == ["2 pods of nccl-efa-1 are ending", "0 pods of nccl-efa-1 are ending"]
