"""A round of pairs: what a run's log makes of its pair, and that nothing is left of it."""

import shutil
from pathlib import Path

import pytest

from cli.nccl.judgement import Ran
from cli.nccl.pairs.rounds import StoppableClock, StoppedError, result_of, run_round
from cli.nccl.run import Session
from nccl.pairs.results import pair_of
from sandbox.world.mpi.recordings import FOLDER
from sandbox.world.mpi.slow import slowed
from tests.cli.fake_clock import FakeClock
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.fake_operator import JOBS, FakeOperator
from tests.cli.nccl.nccl_objects import template
from tests.nccl.seed_logs import SEED_EFA

PAIR = pair_of("node-a", "node-b")
RECORDINGS = FOLDER / "g4dn.8xlarge" / "2-nodes"


def ran(folder: Path, text: str | None, trouble: str | None = None) -> Ran:
    log = folder / "round-1" / "01-a-b" / "efa.log"
    log.parent.mkdir(parents=True)
    if text is not None:
        log.write_text(text)
    return Ran(template("efa"), log, trouble)


def test_the_figure_of_a_pair_is_the_bus_bandwidth_at_the_largest_size(tmp_path: Path) -> None:
    result, recorded = result_of(ran(tmp_path, (RECORDINGS / "all_reduce-efa.log").read_text()), PAIR, 1)
    assert (result.bandwidth, result.trouble, recorded) == (2.83, None, True)
    assert result.log == "round-1/01-a-b/efa.log"


def test_a_slow_pair_has_its_figure_though_it_is_below_the_floor(tmp_path: Path) -> None:
    lines = slowed((RECORDINGS / "all_reduce-efa.log").read_text().splitlines())
    result, _ = result_of(ran(tmp_path, "\n".join(lines) + "\n"), PAIR, 1)
    assert (result.bandwidth, result.trouble) == (1.7, None)


@pytest.mark.parametrize(
    ("fault", "trouble"), [("socket-fallback", "efa was asked for, but"), ("wrong-values", "wrong values")]
)
def test_what_went_over_tcp_or_came_to_wrong_values_is_no_measurement(
    tmp_path: Path, fault: str, trouble: str
) -> None:
    text = (RECORDINGS / f"all_reduce-efa-{fault}.log").read_text()
    result, _ = result_of(ran(tmp_path, text), PAIR, 1)
    assert result.bandwidth is None
    assert trouble in (result.trouble or "")


def test_a_run_that_never_began_says_what_befell_it(tmp_path: Path) -> None:
    result, _ = result_of(ran(tmp_path, None, "gave up after 180 s: worker-0: waiting"), PAIR, 2)
    assert (result.bandwidth, result.log) == (None, None)
    assert result.trouble == "gave up after 180 s: worker-0: waiting"


def test_a_round_leaves_the_log_of_each_pair_and_nothing_in_the_cluster(tmp_path: Path) -> None:
    api = FakeApi()
    session = Session(
        api.cluster(), "1", tmp_path, 180.0, lambda text, seconds: None, FakeClock(FakeOperator(api).step)
    )
    found = run_round(session, template("efa"), 1, [PAIR])
    (result,) = found.results
    assert (result.pair, result.round, result.bandwidth) == (PAIR, 1, 2.83)
    assert (tmp_path / (result.log or "")).read_bytes() == SEED_EFA.read_bytes()
    assert [path for path in api.objects if path.startswith(JOBS)] == []
    shutil.rmtree(tmp_path)


def test_a_test_that_is_given_up_wakes_whoever_sleeps_in_it() -> None:
    clock = StoppableClock(FakeClock())
    clock.sleep(1)
    clock.stop.set()
    with pytest.raises(StoppedError):
        clock.sleep(1)
