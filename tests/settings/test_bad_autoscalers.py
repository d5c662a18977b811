"""Autoscalers that there are not, releases that do not fit, and provisioners that wait for Karpenter."""

import pytest

from tests.settings.bad_settings import Case, check, lines_of, settings_of, spoilt

CASES: dict[str, Case] = {
    "another autoscaler": (
        {"autoscaler": "carpenter"},
        'autoscaler: "carpenter" is not a choice; allowed: cluster-autoscaler, both, karpenter; '
        'did you mean "karpenter"?',
    ),
    "a release of another minor": (
        {"autoscaler": "both", "cluster.version": "1.34", "clusterAutoscaler.version": "1.35.2"},
        "clusterAutoscaler.version: 1.35.2 simulates the scheduler of 1.35, and the cluster is 1.34; "
        "use 1.34.5, or leave it out",
    ),
    "no release": (
        {"autoscaler": "both", "clusterAutoscaler.version": "latest"},
        'clusterAutoscaler.version: "latest" is not a release; write it as 1.35.2',
    ),
    "a chart that moves": (
        {"clusterAutoscaler.chartVersion": "^9"},
        'clusterAutoscaler.chartVersion: "^9" is not a release of a chart, such as 0.18.2',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_bad_value_gets_its_line(case: Case) -> None:
    check(case)


def test_provisioners_may_wait_in_the_settings_while_cluster_autoscaler_is_alone() -> None:
    settings = settings_of(spoilt({"autoscaler": "cluster-autoscaler", "nccl.pool": "elastic"}))
    assert (settings.has_karpenter, settings.has_cluster_autoscaler) == (False, True)
    assert settings.provisioners


def test_a_release_that_nobody_runs_is_not_looked_at() -> None:
    assert lines_of(spoilt({"clusterAutoscaler.version": "1.30.7"})) == []


@pytest.mark.parametrize(("mode", "karpenter", "other"), [("both", True, True), ("karpenter", True, False)])
def test_each_mode_says_who_runs(mode: str, karpenter: bool, other: bool) -> None:
    settings = settings_of(spoilt({"autoscaler": mode}))
    assert (settings.has_karpenter, settings.has_cluster_autoscaler) == (karpenter, other)
