"""Every rule on its own fixtures, with the exact messages."""

import pytest

from policies.catalogue import RULES
from policies.rule import Rule
from tests.policies.policy_cases import Case, cases

BY_ID = {rule.id: rule for rule in RULES}
ALL = [case for rule in RULES for case in cases(rule.id)]


def messages(rule: Rule, case: Case) -> list[str]:
    findings = [
        finding
        for resource in case.stack.resources
        for finding in rule.of_resource(resource, case.environment)
    ]
    return [finding.message for finding in (*findings, *rule.of_stack(case.stack, case.environment))]


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_rule_says_exactly_what_is_wrong(case: Case) -> None:
    assert messages(BY_ID[case.rule], case) == list(case.messages)
