"""How long EKS supports the cluster's Kubernetes: refused once it has ended, told before."""

from datetime import date

import pytest

from settings.faults import Fault
from tests.settings.bad_settings import GOOD, lines_of, settings_of, spoilt

THERE = 'use one of "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"'


def warnings(version: str, day: date, policy: str = "EXTENDED") -> list[str]:
    told: list[Fault] = []
    raw = spoilt({"cluster.version": version, "cluster.upgradePolicy": policy})
    settings_of(raw, warn=told.append, today=day)
    return [str(warning) for warning in told]


def test_a_minor_past_extended_support_is_refused_with_the_day() -> None:
    assert lines_of(spoilt({"cluster.version": "1.31"})) == [
        'cluster.version: "1.31" is not supported: EKS ended its extended support of Kubernetes 1.31 on '
        f"2026-11-26; {THERE}"
    ]
    assert lines_of(spoilt({"cluster.version": "1.31"}), today=date(2026, 11, 25)) == []


def test_a_minor_that_eks_has_not_released_yet_is_refused() -> None:
    (line,) = lines_of(
        spoilt({"cluster.version": "1.37", "karpenter.version": "1.15.2"}), today=date(2026, 9, 30)
    )
    assert line.startswith('cluster.version: "1.37" is not supported; use one of "1.31", ')


def test_a_minor_that_eks_would_have_upgraded_by_itself_is_refused() -> None:
    behind = spoilt({"cluster.version": "1.33", "cluster.upgradePolicy": "STANDARD"})
    assert lines_of(behind) == [
        "cluster.upgradePolicy: STANDARD, but standard support of Kubernetes 1.33 ended on 2026-07-29; "
        "EKS upgrades such a cluster by itself, and takes no other policy for it then; "
        "set cluster.version to what it runs now; a new cluster can be EXTENDED"
    ]
    assert lines_of(behind, today=date(2026, 7, 28)) == []


def test_a_policy_that_eks_does_not_have_is_refused() -> None:
    assert lines_of(spoilt({"cluster.upgradePolicy": "standard"})) == [
        'cluster.upgradePolicy: "standard" is not a choice; allowed: STANDARD, EXTENDED; '
        'did you mean "STANDARD"?'
    ]


def test_nothing_is_told_more_than_90_days_before_an_end() -> None:
    assert warnings("1.35", date(2026, 12, 26)) == []


@pytest.mark.parametrize(
    ("policy", "afterwards"),
    [
        ("EXTENDED", "then extended support is billed, see `eks-efa plan`"),
        ("STANDARD", "EKS then upgrades the cluster by itself, and not its nodes"),
    ],
)
def test_the_end_of_standard_support_is_told_90_days_before_with_what_the_policy_makes_of_it(
    policy: str, afterwards: str
) -> None:
    assert warnings("1.35", date(2026, 12, 27), policy) == [
        f"cluster.version: Kubernetes 1.35 is in EKS's standard support until 2027-03-27; {afterwards}; "
        'plan the upgrade, one minor at a time, "1.36" first'
    ]


def test_extended_support_is_told_as_long_as_it_is_paid_for() -> None:
    assert warnings("1.33", date(2026, 7, 29)) == [
        "cluster.version: Kubernetes 1.33 is in EKS's extended support, which costs more, since 2026-07-29 "
        "and until 2027-07-29; EKS then upgrades the cluster by itself, and not its nodes; "
        'plan the upgrade, one minor at a time, "1.34" first'
    ]


def test_the_newest_minor_has_none_to_upgrade_to() -> None:
    told: list[Fault] = []
    raw = spoilt({"cluster.version": "1.37", "karpenter.version": "1.15.2"}, GOOD)
    settings_of(raw, warn=told.append, today=date(2027, 11, 30))
    assert [str(warning) for warning in told] == [
        "cluster.version: Kubernetes 1.37 is in EKS's standard support until 2027-12-01; "
        "then extended support is billed, see `eks-efa plan`"
    ]
