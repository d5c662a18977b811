"""Lookups under mocks: what is absent is None, what goes wrong is raised, and nothing is asked twice."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from pulumi.runtime import mocks

from components.aws_facts import PulumiAwsFacts
from tests.components.fake_account import ACCOUNT_ID, REGION, ZONES, FakeAccount
from tests.components.program_recording import wait_for

Answer = TypeVar("Answer")


class _Lookups(mocks.Mocks):
    def __init__(self, account: FakeAccount, failure: str) -> None:
        self._account, self._failure = account, failure

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        raise AssertionError("facts register nothing")

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        if self._failure:
            return {}, [("", self._failure)]
        try:
            return self._account.call(args.token, args.args), []
        except LookupError as error:
            return {}, [("", str(error))]


def _asked(
    question: Callable[[PulumiAwsFacts], Answer], account: FakeAccount | None = None, failure: str = ""
) -> Answer:
    answers: list[Answer] = []
    mocks.set_mocks(_Lookups(account or FakeAccount(), failure))

    def program() -> None:
        answers.append(question(PulumiAwsFacts()))

    wait_for(program)
    return answers[0]


def test_the_account_and_its_region_are_those_of_the_credentials() -> None:
    known = _asked(lambda facts: (facts.region, facts.account_id, facts.partition))
    assert known == (REGION, ACCOUNT_ID, "aws")


def test_nothing_is_asked_before_somebody_wants_to_know() -> None:
    account = FakeAccount()
    _asked(lambda facts: None, account)
    assert not account.calls


def test_zones_come_with_their_ids() -> None:
    assert _asked(lambda facts: facts.zones()) == ZONES


def test_an_instance_type_is_what_ec2_says_it_is() -> None:
    p5 = _asked(lambda facts: facts.instance_type("p5.48xlarge"))
    assert p5 is not None
    assert (p5.gpus, p5.gpu_name, p5.efa_interfaces, len(p5.network_cards)) == (8, "H100", 32, 32)


def test_a_type_that_is_offered_nowhere_is_unknown() -> None:
    assert _asked(lambda facts: facts.instance_type("p5.48xlrage")) is None


def test_a_name_with_a_wildcard_is_one_name() -> None:
    account = FakeAccount()
    _asked(lambda facts: facts.offered_zones("p5*"), account)
    assert account.last_args["filters"][0]["values"] == ["p5\\*"]


def test_nothing_is_asked_twice() -> None:
    account = FakeAccount()
    _asked(lambda facts: [facts.instance_type("p5.48xlarge") for _ in range(3)], account)
    _asked(lambda facts: [facts.region for _ in range(3)], account)
    assert set(account.calls.values()) == {1}


def test_names_to_suggest_from_are_those_of_the_region() -> None:
    everything = _asked(lambda facts: facts.instance_type_names())
    with_efa = _asked(lambda facts: facts.efa_instance_type_names())
    assert set(with_efa) < set(everything)
    assert "p5.48xlarge" in with_efa
    assert "t3.medium" not in with_efa


def test_a_vpc_or_a_subnet_or_a_parameter_that_is_not_there_is_none() -> None:
    account = FakeAccount(absent=frozenset({"vpc-0", "subnet-0", "/x", "no-such-addon"}))
    assert _asked(lambda facts: facts.vpc("vpc-0"), account) is None
    assert _asked(lambda facts: facts.subnet("subnet-0"), account) is None
    assert _asked(lambda facts: facts.parameter("/x"), account) is None
    assert _asked(lambda facts: facts.default_addon_version("no-such-addon", "1.35"), account) is None


def test_a_vpc_has_all_its_ranges() -> None:
    vpc = _asked(lambda facts: facts.vpc("vpc-1"))
    assert vpc is not None
    assert vpc.cidrs == ("10.0.0.0/16", "100.64.0.0/16")


def test_a_lookup_that_fails_for_another_reason_is_raised() -> None:
    with pytest.raises(Exception, match="AccessDenied"):
        _asked(lambda facts: facts.vpc("vpc-0"), failure="AccessDenied: not authorized to DescribeVpcs")
