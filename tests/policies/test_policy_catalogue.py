"""What every rule has to have."""

import re

import pytest

from policies.catalogue import RULES
from policies.exemptions import EXEMPTIONS, Exemption
from policies.rule import Rule
from tests.policies.policy_cases import FIXTURES, cases

of_every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_there_are_over_thirty_rules_each_with_a_name_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) > 30


@of_every_rule
def test_a_rule_has_an_id_a_sentence_a_page_and_a_remedy(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert rule.summary.endswith(".")
    assert re.fullmatch(r"https://[a-z.]+/[A-Za-z0-9./_#-]+", rule.url)
    assert rule.remediation.endswith(".")


@of_every_rule
def test_a_rule_is_asked_for_by_somebody_else_too(rule: Rule) -> None:
    assert rule.references
    assert len(set(rule.references)) == len(rule.references)


@of_every_rule
def test_a_rule_looks_at_resources_or_at_the_stack(rule: Rule) -> None:
    assert (rule.resource_check is None) != (rule.stack_check is None)


@of_every_rule
@pytest.mark.parametrize("kind", ["passes", "fails", "silent"])
def test_a_rule_has_fixtures_that_pass_that_fail_and_that_it_cannot_judge(rule: Rule, kind: str) -> None:
    assert any(case.kind == kind for case in cases(rule.id))


@of_every_rule
def test_what_fails_says_why_and_nothing_else_says_anything(rule: Rule) -> None:
    for case in cases(rule.id):
        assert bool(case.messages) == (case.kind == "fails"), str(case)


def test_every_fixture_is_of_a_rule() -> None:
    assert {path.stem for path in FIXTURES.iterdir()} == {rule.id for rule in RULES}


@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=lambda each: f"{each.rule}-{each.where}")
def test_an_exemption_is_of_a_rule_names_something_and_has_a_reason(exemption: Exemption) -> None:
    assert exemption.rule in {rule.id for rule in RULES}
    assert (exemption.resource, exemption.pod, exemption.where) != ("*", "*", "*")
    assert len(exemption.reason.split()) > 5
