from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event
from typing import Any

import httpx2
import pytest

from cli.errors import CommandError
from cli.nccl import turn as turns
from cli.nccl.turn import LEASE_SECONDS, current, holder_of, release, take, turn
from tests.cli.fake_clock import FakeClock
from tests.cli.nccl.fake_api import FakeApi, failure

LEASE = "/apis/coordination.k8s.io/v1/namespaces/nccl-test/leases/nccl-turn"
THEN = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def quiet(text: str, seconds: float) -> None:
    """Nobody looks."""


def held(by: str, *, renewed: datetime = THEN) -> dict[str, Any]:
    times = {"acquireTime": THEN.isoformat(), "renewTime": renewed.isoformat()}
    return {
        "metadata": {"name": "nccl-turn", "namespace": "nccl-test"},
        "spec": {"holderIdentity": by, **times},
    }


def test_a_turn_is_had_from_beginning_to_end() -> None:
    api = FakeApi()
    with turn(api.cluster(), quiet):
        assert api.objects[LEASE]["spec"]["leaseDurationSeconds"] == LEASE_SECONDS
    assert api.objects == {}


def test_a_turn_is_given_back_after_a_fault() -> None:
    api = FakeApi()
    with pytest.raises(KeyboardInterrupt), turn(api.cluster(), quiet):
        raise KeyboardInterrupt
    assert api.objects == {}


def test_a_test_that_goes_on_is_not_disturbed_and_named() -> None:
    api = FakeApi()
    api.put(LEASE, held("gpu-box, process 7"))
    clock = FakeClock(
        lambda seconds: api.put(LEASE, held("gpu-box, process 7", renewed=THEN + timedelta(seconds=seconds)))
    )
    with pytest.raises(CommandError) as error:
        take(api.cluster(), quiet, clock)
    assert str(error.value) == (
        "nccl: a test of gpu-box, process 7 runs in this cluster since 12:00:00 UTC; "
        "wait for its end, for two would measure each other"
    )
    assert clock.seconds < LEASE_SECONDS


def test_the_turn_of_a_killed_test_is_taken_over_after_it_was_not_renewed_for_a_while() -> None:
    api, clock, shown = FakeApi(), FakeClock(), list[str]()
    api.put(LEASE, held("killed"))
    take(api.cluster(), lambda text, _: shown.append(text), clock)
    assert clock.seconds >= LEASE_SECONDS
    assert api.objects[LEASE]["spec"]["holderIdentity"] != "killed"
    assert set(shown) == {"whether the test of killed still goes on"}


def test_a_turn_that_is_given_back_meanwhile_is_taken() -> None:
    api = FakeApi()
    api.put(LEASE, held("other"))
    mine = take(api.cluster(), quiet, FakeClock(lambda _: api.objects.clear()))
    assert holder_of(mine) == api.objects[LEASE]["spec"]["holderIdentity"] != "other"


def test_of_two_that_find_no_turn_taken_one_gets_it() -> None:
    api = FakeApi()
    api.after = lambda method, _: api.put(LEASE, held("faster")) if method == "GET" else None
    with pytest.raises(CommandError, match="a test of faster runs"):
        take(api.cluster(), quiet, FakeClock())
    assert api.objects[LEASE]["spec"]["holderIdentity"] == "faster"


def test_of_two_that_take_over_one_gets_it() -> None:
    api, clock = FakeApi(), FakeClock()
    api.put(LEASE, held("killed"))

    def another_is_faster(method: str, path: str) -> None:
        if method == "GET" and clock.seconds >= LEASE_SECONDS:
            api.put(LEASE, held("faster"))

    api.after = another_is_faster
    with pytest.raises(CommandError, match="a test of faster runs"):
        take(api.cluster(), quiet, clock)
    assert api.objects[LEASE]["spec"]["holderIdentity"] == "faster"


def test_a_turn_that_is_another_ones_by_now_is_left_alone() -> None:
    api = FakeApi()
    api.put(LEASE, held("other"))
    release(api.cluster(), "mine")
    assert LEASE in api.objects


def test_a_turn_is_renewed_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "RENEW_SECONDS", 0.001)
    api, twice, renewals = FakeApi(), Event(), list[str]()

    def note(method: str, path: str) -> None:
        if method == "PUT":
            renewals.append(api.objects[LEASE]["spec"]["renewTime"])
        if len(renewals) >= 2:
            twice.set()

    api.after = note
    with turn(api.cluster(), quiet):
        assert twice.wait(10)
    assert renewals == sorted(set(renewals))


@pytest.mark.parametrize("fault", ["busy", "lost"])
def test_a_renewal_that_fails_once_is_tried_again(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API server has no time, or takes the renewal and its answer gets lost: the turn goes on."""
    monkeypatch.setattr(turns, "RENEW_SECONDS", 0.001)
    api, renewed, puts = FakeApi(), Event(), count()
    answer = api.answer

    def stumble(request: httpx2.Request) -> httpx2.Response:
        number = next(puts) if request.method == "PUT" else None
        if number == 0 and fault == "busy":
            return httpx2.Response(500, json=failure(500, "etcd has no leader")[1])
        answered = answer(request)
        if number == 0:
            raise httpx2.ReadTimeout("the answer got lost", request=request)
        if number and answered.is_success:
            renewed.set()
        return answered

    monkeypatch.setattr(api, "answer", stumble)
    with turn(api.cluster(), quiet):
        assert renewed.wait(10)


def test_a_turn_that_another_took_over_is_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "RENEW_SECONDS", 0.001)
    api, stop = FakeApi(), Event()
    api.put(LEASE, held("other"))
    turns._renew(api.cluster(), "mine", stop)
    assert api.objects[LEASE]["spec"]["renewTime"] == THEN.isoformat()


def test_a_turn_that_cannot_be_given_back_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    api = FakeApi()
    with turn(api.cluster(), quiet):
        api.failing = True
    assert "it ends by itself in 15 s" in capsys.readouterr().err


def test_no_turn_is_nobodys() -> None:
    assert current(FakeApi().cluster()) is None
