"""How strict the rules are, read from a stack's own settings."""

import pytest

from policies.environment import Environment


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({}, "prod"),
        ({"environment": "dev"}, "dev"),
        ({"environment": "prod", "sandbox": "true"}, "sandbox"),
        ({"environment": "dve"}, "prod"),
    ],
)
def test_what_says_nothing_that_is_known_is_prod(config: dict[str, str], kind: str) -> None:
    assert Environment.of(config).kind == kind


@pytest.mark.parametrize("cluster", ["", "null", "{}", '{"adminRoleArns": null}'])
def test_who_names_no_administrator_has_none(cluster: str) -> None:
    assert Environment.of({"cluster": cluster}).admin_role_arns == frozenset()
