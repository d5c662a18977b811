"""Thresholds that could never be met, and what a volume or a secret cannot be called."""

import pytest

from settings.faults import Fault
from tests.settings.bad_settings import Case, check, settings_of, spoilt

CASES: dict[str, Case] = {
    "a retention without a unit": (
        {"monitoring.prometheusRetention": "15"},
        'monitoring.prometheusRetention: "15" is no time to keep metrics: '
        "write hours, days, weeks or years, such as 15d",
    ),
    "a volume too small for anything": (
        {"monitoring.storageGib": 1},
        "monitoring.storageGib: 1 is too small; at least 5",
    ),
    "an alert that comes after Karpenter has given up": (
        {"monitoring.alerts.nodeRegistrationMinutes": 20},
        "monitoring.alerts.nodeRegistrationMinutes: 20 is too large; at most 14",
    ),
    "an alert that comes after the spot instance is gone": (
        {"monitoring.alerts.interruptionSeconds": 120},
        "monitoring.alerts.interruptionSeconds: 120 is too large; at most 60",
    ),
    "a wait that Karpenter does not tell from a longer one": (
        {"monitoring.alerts.interruptionSeconds": 45},
        "monitoring.alerts.interruptionSeconds: Karpenter does not count waits of 45 s; "
        "counted: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60; set 40",
    ),
    "a password for the name of a secret": (
        {"monitoring.grafanaAdminSecret": "Pa$$word"},
        'monitoring.grafanaAdminSecret: "Pa$$word" is not a DNS label (a-z, 0-9, "-", max 63)',
    ),
    "a moving chart": (
        {"monitoring.dcgmExporter.version": "latest"},
        'monitoring.dcgmExporter.version: "latest" is not a release of a chart, such as 0.18.2',
    ),
    "a threshold nobody knows": (
        {"monitoring.alerts.podsWaitMinute": 5},
        'monitoring.alerts.podsWaitMinute: unknown key; did you mean "podsWaitMinutes"?',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_bad_value_gets_its_line(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(("monitored", "told"), [(False, True), (True, False)])
def test_a_service_monitor_without_its_kind_is_warned_of(monitored: bool, told: bool) -> None:
    warnings: list[Fault] = []
    settings_of(
        spoilt({"karpenter.serviceMonitor": True, "monitoring.enabled": monitored}), warn=warnings.append
    )
    about_it = [str(warning) for warning in warnings if warning.path == "karpenter.serviceMonitor"]
    assert bool(about_it) is told
    assert not told or about_it == [
        "karpenter.serviceMonitor: Karpenter's chart makes no ServiceMonitor unless the cluster has the kind "
        "already; set monitoring.enabled, which brings the kind"
    ]
