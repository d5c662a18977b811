from pathlib import Path

import pytest

from components.alerts import Alert, alerts, rule_groups
from settings.monitoring import AlertSettings
from tests.components.known_metrics import known, metrics_in

ALL: tuple[Alert, ...] = tuple(alert for group in alerts(AlertSettings()).values() for alert in group)
RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks.md"


def test_the_metrics_of_an_expression_are_told_from_its_labels_and_functions() -> None:
    expression = (
        "histogram_quantile(0.9, sum by (le, zone) (rate(a_bucket[5m]))) > 3 or b / on (node) "
        'max without (job) (c{x="y_z", n=~".*"}) * 100'
    )
    assert metrics_in(expression) == {"a_bucket", "b", "c"}


@pytest.mark.parametrize("alert", ALL, ids=lambda alert: f"{alert.name}{[*alert.labels.values()]}")
def test_every_metric_of_an_alert_exists(alert: Alert) -> None:
    assert metrics_in(alert.expression)
    assert metrics_in(alert.expression) <= known()


def test_every_alert_leads_to_a_section_of_the_runbooks_and_every_section_belongs_to_one() -> None:
    lines = RUNBOOKS.read_text().splitlines()
    sections = {line.removeprefix("## ") for line in lines if line.startswith("## ")}
    assert sections == {alert.name for alert in ALL}
    rules = [rule for group in rule_groups(AlertSettings())["groups"] for rule in group["rules"]]
    anchors = {rule["annotations"]["runbook_url"].partition("#")[2] for rule in rules}
    assert anchors == {name.lower() for name in sections}


def test_the_runbooks_are_where_the_settings_say() -> None:
    groups = rule_groups(AlertSettings(runbooks="https://wiki.example.com/gpus"))["groups"]
    urls = [rule["annotations"]["runbook_url"] for group in groups for rule in group["rules"]]
    assert urls
    assert all(url.startswith("https://wiki.example.com/gpus#") for url in urls)


def test_thresholds_are_those_of_the_settings() -> None:
    thresholds = {
        "podsWaitMinutes": 7,
        "outOfCapacityMinutes": 8,
        "nodeRegistrationMinutes": 9,
        "nodeInitializationMinutes": 25,
        "interruptionSeconds": 15,
        "interruptionErrors": 12,
        "efaErrors": 13,
        "efaRetransmittedPercent": 14,
    }
    chosen = AlertSettings.model_validate(thresholds)
    by_name = {alert.name: alert for group in alerts(chosen).values() for alert in group}
    assert by_name["PodsWaitTooLong"].expression.endswith("> 420")
    assert by_name["OutOfCapacity"].minutes == 8
    assert by_name["NodeNotRegistering"].expression.endswith("> 540")
    assert by_name["NodeNotInitialized"].expression.endswith("> 1500")
    assert 'le=~"15(' in by_name["InterruptionBacklog"].expression
    assert by_name["InterruptionQueueUnread"].expression.partition(" or ")[0].endswith("> 12")
    assert by_name["EfaErrors"].expression.endswith("> 13")
    assert by_name["EfaRetransmits"].expression.endswith("> 14")


def test_rules_of_one_name_are_told_apart_by_their_labels() -> None:
    rules = [rule for group in rule_groups(AlertSettings())["groups"] for rule in group["rules"]]
    identities = [(rule["alert"], *sorted(rule["labels"].items())) for rule in rules]
    assert len(set(identities)) == len(identities)
