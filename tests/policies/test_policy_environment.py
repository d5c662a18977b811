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


@pytest.mark.parametrize(
    ("cluster", "given_up"),
    [
        ("", False),
        ("{}", False),
        ('{"deletionProtection": true}', False),
        ('{"deletionProtection": false}', True),
    ],
)
def test_a_stack_is_given_up_only_where_its_settings_say_so(cluster: str, given_up: bool) -> None:
    assert Environment.of({"cluster": cluster}).is_given_up is given_up


@pytest.mark.parametrize(
    ("cluster", "floating"),
    [
        ("", set()),
        ('{"name": "legacy", "existing": {"systemNodeGroup": "default"}}', set()),
        (
            '{"addons": {"vpcCni": "v1.22.4-eksbuild.3", "coredns": "default"}}',
            {"kube-proxy", "coredns", "eks-pod-identity-agent", "aws-ebs-csi-driver"},
        ),
    ],
)
def test_what_the_settings_leave_to_eks_is_an_addon_without_a_version(
    cluster: str, floating: set[str]
) -> None:
    assert Environment.of({"cluster": cluster}).floating_addons == floating
