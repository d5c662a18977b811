"""The rules as policies of Pulumi's kind: what reaches a rule, and what is reported."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from knowledge.eks_addons import EKS_ADDONS
from policies import pack
from policies.catalogue import RULES
from policies.crossguard import policies
from policies.environment import Environment, Kind

OPTIONS = PolicyResourceOptions(True, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


class Said:
    """Takes reports of violations."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, str | None]] = []

    def __call__(self, message: str, urn: str | None) -> None:
        self.reports.append((message, urn))


def policy(name: str, kind: Kind = "prod") -> Policy:
    return next(each for each in policies(RULES, Environment(kind)) if each.name == name)


def said_of(
    name: str, type_: str, props: dict[str, Any], config: Mapping[str, Any] | None = None
) -> list[tuple[str, str | None]]:
    asked = policy(name)
    assert isinstance(asked, ResourceValidationPolicy)
    said = Said()
    args = ResourceValidationArgs(
        type_, unknown_checking_proxy(props), f"urn:pulumi:a::b::{type_}::c", "c", OPTIONS, None, config
    )
    asked.validate(args, said)
    return said.reports


def in_stack(
    type_: str, name: str, props: dict[str, Any], needs: Mapping[str, list[PolicyResource]] | None = None
) -> PolicyResource:
    by_property = dict(needs or {})
    return PolicyResource(
        type_,
        unknown_checking_proxy(props),
        f"urn:pulumi:a::b::{type_}::{name}",
        name,
        OPTIONS,
        PolicyProviderResource("pulumi:providers:aws", {}, "urn:pulumi:a::b::pulumi:providers:aws::p", "p"),
        None,
        [each for group in by_property.values() for each in group],
        by_property,
    )


def test_every_rule_is_a_policy_with_what_pulumi_shows_of_one() -> None:
    for rule, made in zip(RULES, policies(RULES, Environment("prod")), strict=True):
        assert (made.name, made.description, made.url) == (rule.id, rule.summary, rule.url)
        assert made.remediation_steps == rule.remediation
        assert made.severity is not None
        assert made.framework is not None
        assert made.framework.reference == ", ".join(map(str, rule.references))


def test_a_framework_has_its_edition_and_every_reference() -> None:
    framework = policy("kms-rotation").framework
    assert framework is not None
    assert (framework.name, framework.version) == ("checkov", "03d5fda")
    assert framework.reference == "CKV_AWS_7, CKV_AWS_227, CKV_AWS_33, CKV2_AWS_64, Trivy AWS-0065"


@pytest.mark.parametrize(
    ("kind", "level"), [("prod", "mandatory"), ("dev", "advisory"), ("sandbox", "advisory")]
)
def test_a_level_is_that_of_the_environment(kind: Kind, level: str) -> None:
    assert policy("no-ssh", kind).enforcement_level is EnforcementLevel(level)


def test_a_violation_is_reported_with_its_resource() -> None:
    assert said_of("kms-rotation", "aws:kms/key:Key", {"enableKeyRotation": False}) == [
        (
            "enableKeyRotation: the key stays the same for ever; set it true",
            "urn:pulumi:a::b::aws:kms/key:Key::c",
        )
    ]


def test_whole_numbers_arrive_whole() -> None:
    """Every number on the wire is a floating-point one."""
    options = {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 2.0}
    ((message, _),) = said_of(
        "imdsv2-hop-1", "aws:ec2/launchTemplate:LaunchTemplate", {"metadataOptions": options}
    )
    assert message.startswith("metadataOptions.httpPutResponseHopLimit: 2, and pods")


def test_an_unknown_silences_what_hangs_on_it_and_nothing_else() -> None:
    """Pulumi's proxies would give up the whole policy at the first unknown."""
    volumes = [
        {"ebs": {"encrypted": UNKNOWN_STRING_VALUE}},
        {"ebs": {"encrypted": "false", "deleteOnTermination": "true", "volumeType": "gp3", "kmsKeyId": "a"}},
    ]
    assert said_of(
        "ebs-encrypted", "aws:ec2/launchTemplate:LaunchTemplate", {"blockDeviceMappings": volumes}
    ) == [
        (
            "blockDeviceMappings[1].ebs.encrypted: the volume is not encrypted; set it true",
            "urn:pulumi:a::b::aws:ec2/launchTemplate:LaunchTemplate::c",
        )
    ]


def test_configuration_adds_exemptions() -> None:
    key: dict[str, Any] = {"enableKeyRotation": False, "isEnabled": False}
    config = {"exemptions": [{"where": "isEnabled", "reason": "kept for old backups"}]}
    (left,) = said_of("kms-rotation", "aws:kms/key:Key", key, config)
    assert left[0].startswith("enableKeyRotation")


def test_a_policy_of_the_stack_sees_what_comes_from_where() -> None:
    vpc = in_stack("aws:ec2/vpc:Vpc", "vpc", {})
    group = in_stack(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "default",
        {"vpcId": UNKNOWN_STRING_VALUE},
        {"vpcId": [vpc]},
    )
    asked = policy("vpc-baseline")
    assert isinstance(asked, StackValidationPolicy)
    said = Said()
    asked.validate(StackValidationArgs([vpc, group]), said)
    problem = "nobody could tell afterwards which address spoke with which"
    assert said.reports == [(f"vpc.flowLog: {problem}; add a FlowLog of all traffic", vpc.urn)]


def test_the_pack_takes_its_environment_from_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"sandbox": "true", "cluster": '{"adminRoleArns": ["arn:aws:iam::1:role/a"]}'}
    monkeypatch.setattr(pulumi, "Config", lambda: values)
    floating = frozenset(EKS_ADDONS.values())
    assert pack.environment() == Environment(
        "sandbox", frozenset({"arn:aws:iam::1:role/a"}), floating_addons=floating
    )


def test_a_pack_without_a_stack_is_as_strict_as_for_prod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "Config", dict)
    assert pack.environment() == Environment("prod")
