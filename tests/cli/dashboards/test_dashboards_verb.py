import json
from pathlib import Path
from typing import Any

import pytest

from cli.dashboards.cluster_objects import alert_rules, dashboards
from cli.dashboards.grafana import forwarding, open_grafana
from cli.dashboards.tables import alerts_table, dashboard_table
from cli.errors import CommandError
from cli.target import Target
from sandbox.world.prometheus_api import Alert, Rule
from tests.cli.nccl.fake_api import FakeApi

RULES = "/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheusrules/eks-efa"
MAPS = "/api/v1/namespaces/monitoring/configmaps"
GRAFANA = "/api/v1/namespaces/monitoring/services/kube-prometheus-stack-grafana"
LABELS = {"grafana_dashboard": "1", "app.kubernetes.io/part-of": "eks-efa"}


@pytest.fixture
def api() -> FakeApi:
    """A cluster with our monitoring and a dashboard of somebody else's."""
    fake = FakeApi()
    fake.put(RULES, {"metadata": {"name": "eks-efa"}, "spec": {"groups": [{"name": "g"}]}})
    for title, labels in (("B", LABELS), ("A", LABELS), ("C", {"grafana_dashboard": "1"})):
        document = {
            "metadata": {"name": title, "labels": labels},
            "data": {f"{title}.json": json.dumps({"uid": title.lower(), "title": title})},
        }
        fake.put(f"{MAPS}/{title}", document)
    fake.put(GRAFANA, {"metadata": {"name": "kube-prometheus-stack-grafana"}})
    return fake


def target(api: FakeApi) -> Target:
    return Target(api.cluster(), "us-west-2", sandbox=None)


def test_the_alerts_are_read_as_a_rule_file_has_them(api: FakeApi) -> None:
    assert alert_rules(api.cluster(), "dev") == {"groups": [{"name": "g"}]}


def test_only_our_own_dashboards_are_shown_by_title(api: FakeApi) -> None:
    assert [board["title"] for board in dashboards(api.cluster())] == ["A", "B"]


@pytest.mark.parametrize("missing", [RULES, GRAFANA])
def test_a_stack_without_monitoring_gets_one_line_with_its_cure(missing: str) -> None:
    api = FakeApi()
    with pytest.raises(CommandError) as refused:
        if missing == RULES:
            alert_rules(api.cluster(), "dev")
        else:
            open_grafana(target(api), "dev", 3000)
    assert str(refused.value) == (
        "monitoring: is not installed in the cluster of stack dev; "
        "pulumi config set --path monitoring.enabled true -s dev, then: make up STACK=dev"
    )


def test_without_kubectl_there_is_one_line(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="kubectl: not found"):
        open_grafana(target(api), "dev", 3000)


def test_grafana_is_forwarded_to_this_machine_alone_and_no_password_is_shown(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = tmp_path / "said"
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\necho "$@" > {said}\n')
    kubectl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    open_grafana(target(api), "dev", 3001)
    assert said.read_text().split() == forwarding(api.cluster().kubeconfig, 3001)
    assert "--address 127.0.0.1" in said.read_text()
    told = capsys.readouterr().err
    assert "http://127.0.0.1:3001/d/a  A" in told
    assert "get secret kube-prometheus-stack-grafana -o jsonpath={.data.admin-password}" in told


def test_the_password_is_in_the_secret_that_the_settings_name_where_they_do(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variable = {
        "name": "GF_SECURITY_ADMIN_PASSWORD",
        "valueFrom": {"secretKeyRef": {"key": "p", "name": "own"}},
    }
    pod = {"containers": [{"name": "sidecar"}, {"name": "grafana", "env": [{"name": "TZ"}, variable]}]}
    api.put(
        "/apis/apps/v1/namespaces/monitoring/deployments/kube-prometheus-stack-grafana",
        {"metadata": {"name": "g"}, "spec": {"selector": {}, "template": {"spec": pod}}},
    )
    (tmp_path / "kubectl").write_text("#!/bin/sh\n")
    (tmp_path / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    open_grafana(target(api), "dev", 3001)
    told = capsys.readouterr().err
    assert "get secret own -o jsonpath" in told
    assert "user admin;" not in told


def test_a_port_that_is_taken_is_one_line(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text("#!/bin/sh\nexit 1\n")
    kubectl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="ended with code 1; free port 3001, or give --port"):
        open_grafana(target(api), "dev", 3001)


def test_an_alert_is_quiet_or_holds_or_fires() -> None:
    rules = [Rule("Quiet", "ok", ""), Rule("Loud", "ok", ""), Rule("Loud", "ok", "")]
    alerts = [
        Alert("Loud", {"node": "n1"}, firing=True, summary="n1 fails", runbook="r"),
        Alert("Loud", {"node": "n2"}, firing=False, summary="n2 [odd]", runbook="r"),
    ]
    table = alerts_table(rules, alerts)
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    assert [(name, because) for name, _, because in rows] == [
        ("Loud", "n1 fails"),
        ("Loud", r"n2 \[odd]"),
        ("Quiet", ""),
    ]
    assert "firing" in str(rows[0][1])
    assert "not for long enough" in str(rows[1][1])
    assert rows[2][1] == "quiet"


def test_a_dashboard_without_any_data_is_one_line() -> None:
    board: dict[str, Any] = {"title": "EFA"}
    assert str(dashboard_table(board, [])) == "EFA: no data here"
