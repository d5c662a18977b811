"""How answers make a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nccl.bandwidth import bandwidth_check, gain_check, gains
from nccl.checks import judge
from nccl.facts import Facts, Measurement, Row, Transport
from nccl.verdict import Check, Expectation, Outcome, Verdict, worst

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


def verdict(*outcomes: Outcome | None) -> Verdict:
    return Verdict(tuple(Check("x", outcome, f"{outcome} {place}") for place, outcome in enumerate(outcomes)))


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        ((PASS, PASS), PASS),
        ((PASS, None), PASS),
        ((PASS, INCONCLUSIVE), INCONCLUSIVE),
        ((INCONCLUSIVE, FAIL, PASS), FAIL),
        ((None,), INCONCLUSIVE),
        ((), INCONCLUSIVE),
    ],
)
def test_a_failure_goes_before_an_open_question_and_that_before_a_pass(
    outcomes: tuple[Outcome | None, ...], outcome: Outcome
) -> None:
    assert verdict(*outcomes).outcome == outcome


def test_the_reasons_are_those_that_decide() -> None:
    assert verdict(INCONCLUSIVE, FAIL, PASS, FAIL).reasons == ("FAIL 1", "FAIL 3")
    assert verdict(PASS, None).reasons == ("PASS 0", "None 1")


def test_exit_codes_are_0_1_and_2() -> None:
    assert [outcome.exit_code for outcome in (PASS, FAIL, INCONCLUSIVE)] == [0, 1, 2]


@given(st.lists(st.sampled_from(list(Outcome))))
def test_only_passes_make_a_pass(outcomes: list[Outcome]) -> None:
    assert (worst(outcomes) == PASS) == (set(outcomes) == {PASS})


@pytest.mark.parametrize(
    ("transport", "name"),
    [
        (Transport(), None),
        (Transport(networks={"Socket": 4}), "socket"),
        (Transport(networks={"Socket": 4}, providers={"efa": 4}), "socket"),
        (Transport(networks={"AWS Libfabric": 4}, providers={"efa": 4}), "efa"),
        (Transport(networks={"Libfabric": 4}), "libfabric"),
        (Transport(networks={"IB": 1}), "ib"),
        (Transport(providers={"efa": 4}), "efa"),
        (Transport(networks={"Socket": 1, "Libfabric": 3}, providers={"efa": 3}), "mixed"),
        (Transport(networks={"Libfabric": 4}, providers={"efa": 3, "tcp": 1}), "mixed"),
    ],
)
def test_the_provider_is_what_carried_the_data(transport: Transport, name: str | None) -> None:
    assert transport.name == name


def test_nothing_is_known_of_no_log() -> None:
    assert (Facts().ranks, Facts().hosts, Facts().peak) == (None, (), None)


def with_bandwidths(*values: float, size: int = 2 << 30) -> Facts:
    halves = [Measurement(1.0, value, value, wrong=0) for value in values]
    return Facts(rows=tuple(Row(size, size // 4, "float", "sum", -1, half, half) for half in halves))


def test_the_peak_is_a_number() -> None:
    peak = with_bandwidths(float("nan"), 7.0, float("inf")).peak
    assert peak is not None
    assert peak[1].bus_bandwidth == 7.0
    assert with_bandwidths(float("inf")).peak is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("others", [(), (500.0,)], ids=["alone", "among others"])
def test_a_bandwidth_that_is_no_number_proves_nothing_either_way(
    value: float, others: tuple[float, ...]
) -> None:
    expected = Expectation("efa", 32, "p5.48xlarge", nodes=2, collective="all_reduce")
    check = bandwidth_check(with_bandwidths(value, *others), expected)
    assert (check.outcome, check.reason) == (INCONCLUSIVE, "a bus bandwidth at 2 GiB is not a number")


def test_a_gain_that_is_no_number_proves_nothing_either_way() -> None:
    for efa in (float("nan"), float("inf")):
        check = gain_check(with_bandwidths(2.0), with_bandwidths(efa))
        assert (check.outcome, check.reason) == (INCONCLUSIVE, "a bus bandwidth at 2 GiB is not a number")


def test_the_gain_is_that_of_the_first_cycle_which_the_table_shows() -> None:
    (gain,) = gains(with_bandwidths(2.0, 9.0), with_bandwidths(3.0, 8.0))
    assert (gain.socket, gain.efa) == (2.0, 3.0)


def test_libfabric_of_whatever_provider_is_not_the_socket_that_was_asked_for() -> None:
    facts = Facts(transport=Transport(networks={"AWS Libfabric": 2}))
    provider = {asked: judge(facts, Expectation(asked)).checks for asked in ("socket", "efa")}
    outcomes = {
        asked: next(check.outcome for check in checks if check.name == "provider")
        for asked, checks in provider.items()
    }
    assert outcomes == {"socket": FAIL, "efa": INCONCLUSIVE}
