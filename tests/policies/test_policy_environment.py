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


OWN_VPC: dict[str, str] = {}
GIVEN_VPC = {"network": '{"existing": {"vpcId": "vpc-0123456789abcdef0"}}'}


@pytest.mark.parametrize(
    ("network", "access", "is_there"),
    [
        (OWN_VPC, "{}", False),
        (OWN_VPC, '{"cidrs": ["10.20.0.0/16"]}', False),
        (OWN_VPC, '{"cidrs": ["10.20.0.0/16"], "vpcConnected": true}', True),
        (OWN_VPC, '{"vpcConnected": true}', False),
        (GIVEN_VPC, '{"securityGroupIds": ["sg-0123456789abcdef0"]}', True),
        (GIVEN_VPC, "null", False),
    ],
)
def test_a_private_way_is_a_rule_and_a_vpc_that_is_connected(
    network: dict[str, str], access: str, is_there: bool
) -> None:
    config = {**network, "cluster": f'{{"name": "train", "privateAccess": {access}}}'}
    assert Environment.of(config).has_private_way is is_there
