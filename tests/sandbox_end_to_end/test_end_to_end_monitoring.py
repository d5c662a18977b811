import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.alerts import rule_groups
from components.dashboards import DASHBOARDS
from sandbox.paths import SandboxPaths
from sandbox.world.commands import run
from sandbox.world.go_build import build_environment
from sandbox.world.prometheus import Prometheus
from sandbox.world.prometheus_api import PrometheusApi
from settings.monitoring import AlertSettings
from tests.components.known_metrics import listed, metrics_in
from tests.sandbox_end_to_end.driver import Sandbox, wait_for
from tests.sandbox_end_to_end.metrics import (
    at_once,
    firing,
    much_trouble,
    prometheus_tools,
    watch,
)

RULE_TESTS = Path(__file__).with_name("alerts.test.yaml")
RULES = rule_groups(AlertSettings())


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrometheusApi]:
    """A Prometheus that sees nothing at all."""
    prometheus = Prometheus(SandboxPaths(tmp_path_factory.mktemp("blind")))
    try:
        yield prometheus.start(prometheus_tools(), at_once(RULES), [])
    finally:
        prometheus.stop()


@pytest.fixture(scope="module")
def trouble(sandbox: Sandbox) -> Iterator[Sandbox]:
    """A sandbox in which much goes wrong, and has been watched from before it did."""
    watch(sandbox)
    with much_trouble(sandbox):
        yield sandbox


@pytest.fixture
def troubled(trouble: Sandbox) -> PrometheusApi:
    """The Prometheus that watches it; the verb may have given it the alerts of the stack in between."""
    return watch(trouble)


def promtool(*arguments: str, directory: Path) -> str:
    command = [str(prometheus_tools().path("promtool")), *arguments]
    done = run(command, environment=build_environment(), directory=directory, seconds=60)
    assert done.code == 0, done.output + done.errors
    return done.output


def test_every_alert_fires_when_it_should_and_not_before(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(RULES))
    shutil.copy(RULE_TESTS, tmp_path)
    assert "SUCCESS" in promtool("check", "rules", "rules.yaml", directory=tmp_path)
    assert "SUCCESS" in promtool("test", "rules", RULE_TESTS.name, directory=tmp_path)


def test_no_alert_is_without_a_test_of_when_it_fires() -> None:
    tests: list[dict[str, Any]] = yaml.safe_load(RULE_TESTS.read_text())["tests"]
    tested = {
        check["alertname"] for test in tests for check in test["alert_rule_test"] if check["exp_alerts"]
    }
    assert tested == {rule["alert"] for group in RULES["groups"] for rule in group["rules"]}


def test_prometheus_understands_every_expression_of_every_dashboard(blind: PrometheusApi) -> None:
    for dashboard in DASHBOARDS:
        for expression in dashboard.expressions():
            assert isinstance(blind.query(expression), list), expression


def test_an_alert_says_that_karpenter_is_not_seen(blind: PrometheusApi) -> None:
    assert firing(blind, "KarpenterNotSeen").runbook == "docs/runbooks.md#karpenternotseen"


def test_prometheus_can_evaluate_every_alert(blind: PrometheusApi) -> None:
    wait_for("evaluation", lambda: all(rule.health == "ok" for rule in blind.rules()))
    assert len(blind.rules()) == sum(len(group["rules"]) for group in RULES["groups"])


def test_a_pod_that_waits_too_long_is_told_with_its_namespace(troubled: PrometheusApi) -> None:
    assert firing(troubled, "PodsWaitTooLong").labels["namespace"] in ("default", "eks-efa-scale")


def test_an_instance_that_does_not_become_a_node_is_told_with_its_provisioner(
    troubled: PrometheusApi,
) -> None:
    assert firing(troubled, "NodeNotRegistering").labels["karpenter_sh_nodepool"] == "p4d"


def test_a_queue_that_cannot_be_read_is_told(troubled: PrometheusApi) -> None:
    assert firing(troubled, "InterruptionQueueUnread").labels["severity"] == "critical"


def test_interruptions_that_have_waited_are_told(troubled: PrometheusApi) -> None:
    assert firing(troubled, "InterruptionBacklog").labels["severity"] == "critical"


def test_ec2_out_of_capacity_is_told_with_the_provisioner(troubled: PrometheusApi) -> None:
    assert firing(troubled, "OutOfCapacity").labels["nodepool"] == "p5"


def test_the_real_karpenter_has_every_metric_that_is_asked_of_it(troubled: PrometheusApi) -> None:
    panels = [expression for dashboard in DASHBOARDS for expression in dashboard.expressions()]
    alerts = [rule["expr"] for group in RULES["groups"] for rule in group["rules"]]
    asked = set().union(*map(metrics_in, [*panels, *alerts])) & listed("karpenter")
    assert asked
    wait_for(
        f"{sorted(asked)} in {sorted(troubled.metric_names())}",
        lambda: asked <= troubled.metric_names(),
    )


def test_the_verb_shows_alerts_and_panels_and_says_that_there_is_no_grafana(sandbox: Sandbox) -> None:
    said = sandbox.eks_efa("dashboards").succeeded()
    assert "Grafana does not run" in said.messages
    for expected in ("KarpenterNotSeen", "OutOfCapacity", "EKS EFA: Karpenter", "Nodes against the limit"):
        assert expected in said.output
    again = sandbox.eks_efa("dashboards").succeeded()
    assert said.messages.splitlines()[-1] == again.messages.splitlines()[-1], "the same Prometheus"
