import json

import pytest

from policies.documents import Statement, statements
from policies.reading import UNKNOWN, NotKnownYetError

ONE = {
    "Effect": "Allow",
    "Action": "ec2:Run*",
    "Resource": "*",
    "Principal": {"Service": "ec2.amazonaws.com"},
}


def test_a_document_is_read_as_text_and_as_data() -> None:
    document = {"Statement": [ONE]}
    assert statements(json.dumps(document), "policy") == statements(document, "policy")
    assert statements({"Statement": ONE}, "policy") == statements(document, "policy")


def test_a_statement_is_named_by_its_sid_or_its_number() -> None:
    named = statements({"Statement": [ONE, {**ONE, "Sid": "Mine"}]}, "policy")
    assert [each.where for each in named] == ["policy.Statement[0]", "policy.Mine"]


def test_an_action_is_covered_by_a_pattern_in_any_letter_case() -> None:
    assert Statement("", ONE).matches("EC2:runinstances")
    assert not Statement("", ONE).matches("ec2:TerminateInstances")


def test_everybody_is_a_principal_of_every_kind() -> None:
    assert Statement("", {"Principal": "*"}).principals("AWS") == ["*"]
    assert Statement("", ONE).principals("AWS") == []
    assert Statement("", ONE).principals("Service") == ["ec2.amazonaws.com"]


def test_what_is_allowed_to_all_but_some_is_allowed_to_everybody() -> None:
    but_one = {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::1:root"}}
    assert Statement("", but_one).principals("AWS") == ["*"]
    assert Statement("", {**but_one, "Effect": "Deny"}).principals("AWS") == []


def test_a_condition_is_found_under_any_operator() -> None:
    body = {"Condition": {"StringLike": {"a:B": "x"}, "Bool": {"c": ["true"]}}}
    assert Statement("", body).condition("A:b") == ["x"]
    assert Statement("", body).condition("c") == ["true"]
    assert Statement("", ONE).condition("a:B") == []


def test_a_document_with_an_unknown_in_it_cannot_be_read() -> None:
    with pytest.raises(NotKnownYetError):
        statements({"Statement": [{**ONE, "Resource": UNKNOWN}]}, "policy")


@pytest.mark.parametrize("text", ["", "{Statement: none}", "[]", "null", '{"Statement": ["*"]}'])
def test_what_aws_would_not_take_says_nothing(text: str) -> None:
    assert statements(text, "policy") == []
