"""Lookups under mocks: what is absent is None, what cannot be asked is told, and nothing is asked twice."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from pulumi.runtime import mocks

from components.aws_facts import PulumiAwsFacts
from settings.facts import CapacityBlockFacts, FactsError
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


def test_the_key_of_volumes_is_told_to_those_who_may_know_it() -> None:
    assert _asked(lambda facts: facts.default_volume_key()) == "alias/aws/ebs"
    assert _asked(lambda facts: facts.default_volume_key(), failure="UnauthorizedOperation") is None


def test_nothing_is_asked_twice() -> None:
    account = FakeAccount()
    _asked(lambda facts: [facts.instance_type("p5.48xlarge") for _ in range(3)], account)
    _asked(lambda facts: [facts.region for _ in range(3)], account)
    _asked(lambda facts: [facts.zones() for _ in range(3)], account)
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


NO_CREDENTIALS = """unable to validate AWS credentials.
Details: No valid credential sources found.
"""
EXPIRED = "api error ExpiredToken: The security token included in the request is expired"
NO_NETWORK = "dial tcp: lookup ec2.us-wset-2.amazonaws.com on 127.0.0.53:53: no such host"
DENIED = "api error UnauthorizedOperation: You are not authorized to perform this operation."

QUESTIONS: dict[str, Callable[[PulumiAwsFacts], object]] = {
    "region": lambda facts: facts.region,
    "account": lambda facts: facts.account_id,
    "partition": lambda facts: facts.partition,
    "zones": lambda facts: facts.zones(),
    "type": lambda facts: facts.instance_type("p5.48xlarge"),
    "offers": lambda facts: facts.offered_zones("p5.48xlarge"),
    "types": lambda facts: facts.instance_type_names(),
    "EFA types": lambda facts: facts.efa_instance_type_names(),
    "VPC": lambda facts: facts.vpc("vpc-1"),
    "subnet": lambda facts: facts.subnet("subnet-1"),
    "key pair": lambda facts: facts.has_key_pair("mine"),
    "Capacity Block": lambda facts: facts.capacity_block("cr-1"),
    "parameter": lambda facts: facts.parameter("/x"),
    "addon": lambda facts: facts.default_addon_version("coredns", "1.35"),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_an_account_that_cannot_be_asked_is_an_error_of_the_facts(
    question: Callable[[PulumiAwsFacts], object],
) -> None:
    with pytest.raises(FactsError, match="ExpiredToken"):
        _asked(question, failure=EXPIRED)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            NO_CREDENTIALS,
            "unable to validate AWS credentials. Details: No valid credential sources found.",
        ),
        (f"invocation of aws:ec2/getVpc:getVpc returned an error: {NO_NETWORK}", NO_NETWORK),
        (
            f"invoking aws:ec2/getVpc:getVpc: 1 error occurred:\n\t* reading EC2 VPCs: {DENIED}\n\n",
            f"reading EC2 VPCs: {DENIED}",
        ),
    ],
)
def test_what_aws_said_is_told_in_one_line_without_pulumis_wrapping(failure: str, words: str) -> None:
    with pytest.raises(FactsError) as refused:
        _asked(lambda facts: facts.vpc("vpc-1"), failure=failure)
    assert str(refused.value) == words


def test_a_refusal_in_cipher_is_cut() -> None:
    with pytest.raises(FactsError) as refused:
        _asked(lambda facts: facts.vpc("vpc-1"), failure=f"{DENIED} Encoded message: {'x' * 1000}")
    assert str(refused.value) == f"{DENIED} Encoded message: ..."


def test_a_fault_of_the_program_is_not_taken_for_one_of_the_account() -> None:
    class Forgetful(FakeAccount):
        def _get_vpc(self, args: dict[str, Any]) -> dict[str, Any]:
            return {"id": args["id"], "cidrBlock": 7}

    with pytest.raises(TypeError, match="cidr_block"):
        _asked(lambda facts: facts.vpc("vpc-1"), Forgetful())


def test_a_key_pair_is_there_or_it_is_not() -> None:
    account = FakeAccount(absent=frozenset({"theirs"}))
    assert _asked(lambda facts: [facts.has_key_pair(name) for name in ("mine", "theirs")], account) == [
        True,
        False,
    ]


def test_a_capacity_block_is_what_ec2_says_it_is() -> None:
    account = FakeAccount(absent=frozenset({"cr-0"}))
    assert _asked(lambda facts: facts.capacity_block("cr-1"), account) == CapacityBlockFacts(
        instance_type="p4d.24xlarge", zone="us-west-2a", state="active"
    )
    assert _asked(lambda facts: facts.capacity_block("cr-0"), account) is None
