import json
from functools import cache
from typing import Any

from components.dashboards import DASHBOARDS, KARPENTER
from knowledge.monitoring import NAMESPACE, RULES
from knowledge.nccl_job import NAMESPACE as NCCL_NAMESPACE
from knowledge.nccl_job import SERIES_FILE, VERDICT_CONFIG_MAP
from tests.components.pool_settings import node_group, only
from tests.components.program_recording import run_program
from tests.components.recorded_run import Registered, Run

RELEASE = "kubernetes:helm.sh/v3:Release"
STACK, CRDS, DCGM = "-kube-prometheus-stack", "-prometheus-operator-crds", "-dcgm-exporter"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"


@cache
def monitored(**monitoring: Any) -> Run:
    return run_program("dev", changes={"monitoring": {"enabled": True, **monitoring}})


def of_monitoring(run: Run) -> list[Registered]:
    return [resource for resource in run.resources.values() if "-monitoring" in resource.name]


def charts(run: Run) -> set[str]:
    return {release.inputs["chart"] for release in of_monitoring(run) if release.type == RELEASE}


def test_nothing_of_it_is_made_unless_it_is_asked_for() -> None:
    run = run_program("dev", changes={"monitoring": {"enabled": False}})
    assert of_monitoring(run) == []
    assert run.one(RELEASE, "-chart-controller").inputs["values"]["serviceMonitor"]["enabled"] is False


def test_each_chart_comes_from_its_own_repository_at_a_fixed_version() -> None:
    run = monitored()
    found = {
        name: (release["repositoryOpts"]["repo"], release["version"], release["namespace"])
        for name in (CRDS, STACK, DCGM)
        for release in (run.one(RELEASE, name).inputs,)
    }
    community = "https://prometheus-community.github.io/helm-charts"
    assert found == {
        CRDS: (community, "31.0.1", "kube-system"),
        STACK: (community, "88.5.3", NAMESPACE),
        DCGM: ("https://nvidia.github.io/dcgm-exporter/helm-charts", "4.8.2", NAMESPACE),
    }


def test_the_kinds_are_there_before_karpenter_whose_chart_makes_a_service_monitor() -> None:
    run = monitored()
    controller = run.one(RELEASE, "-chart-controller")
    assert controller.inputs["values"]["serviceMonitor"] == {
        "enabled": True,
        "endpointConfig": {"honorLabels": True},
    }
    assert run.one(RELEASE, CRDS).urn in run.before(controller)


def test_on_destroy_monitoring_goes_before_what_it_stands_on() -> None:
    run = monitored()
    before = run.before(run.one(RELEASE, STACK))
    assert run.one(RELEASE, CRDS).urn in before
    assert run.one("aws:eks/addon:Addon", "-aws-ebs-csi-driver").urn in before
    assert run.one("aws:eks/nodeGroup:NodeGroup", "-system-node-group").urn in before
    # The volume goes a little after its namespace, and the driver has until Karpenter is gone to delete it.
    assert run.one(RELEASE, "-chart-controller").urn in before


def test_karpenter_does_not_wait_for_prometheus() -> None:
    run = monitored()
    assert run.one(RELEASE, STACK).urn not in run.before(run.one(RELEASE, "-chart-controller"))


def test_the_alerts_are_one_object_beside_prometheus() -> None:
    rule = monitored().one(RULE)
    assert (rule.inputs["metadata"]["name"], rule.inputs["metadata"]["namespace"]) == (RULES, NAMESPACE)
    assert [group["name"] for group in rule.inputs["spec"]["groups"]] == ["eks-efa-karpenter", "eks-efa-efa"]


def test_every_dashboard_is_a_config_map_that_grafana_looks_for() -> None:
    maps = [each for each in of_monitoring(monitored()) if each.type == CONFIG_MAP]
    assert len(maps) == len(DASHBOARDS)
    for each in maps:
        assert each.inputs["metadata"]["labels"]["grafana_dashboard"] == "1"
        ((name, text),) = each.inputs["data"].items()
        assert name.endswith(".json")
        assert json.loads(text)["uid"] == each.inputs["metadata"]["name"]


def test_no_password_is_in_the_program() -> None:
    grafana = monitored().one(RELEASE, STACK).inputs["values"]["grafana"]
    assert set(grafana) == {"nodeSelector", "tolerations"}
    named = monitored(grafanaAdminSecret="grafana-admin").one(RELEASE, STACK).inputs["values"]["grafana"]
    assert named["admin"] == {"existingSecret": "grafana-admin"}


def test_the_volume_is_encrypted_and_of_a_class_of_its_own_unless_one_is_named() -> None:
    run = monitored()
    made = run.one("kubernetes:storage.k8s.io/v1:StorageClass")
    assert made.inputs["parameters"] == {"type": "gp3", "encrypted": "true"}
    assert made.urn in run.before(run.one(RELEASE, STACK))
    assert _storage(run)["storageClassName"] == made.inputs["metadata"]["name"]
    named = monitored(storageClass="fast", storageGib=100)
    assert named.of_type("kubernetes:storage.k8s.io/v1:StorageClass") == []
    assert _storage(named)["storageClassName"] == "fast"
    assert _storage(named)["resources"]["requests"]["storage"] == "100Gi"


def test_gpu_metrics_are_taken_where_the_gpus_are() -> None:
    values = monitored().one(RELEASE, DCGM).inputs["values"]
    affinity = values["affinity"]["nodeAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "eks-efa/nvidia", "operator": "In", "values": ["true"]}]
    assert values["tolerations"] == [{"operator": "Exists"}]
    # The chart's own limit, 512Mi, is what it takes on a node of 8 GPUs.
    assert values["resources"]["limits"]["memory"] == "1Gi"


def test_an_exporter_that_something_else_brings_is_left_out() -> None:
    run = run_program("dev", changes={"monitoring": {"enabled": True, "dcgmExporter": {"enabled": False}}})
    assert charts(run) == {"prometheus-operator-crds", "kube-prometheus-stack"}


def test_no_alert_and_no_dashboard_is_of_a_karpenter_that_the_stack_does_not_have() -> None:
    def watched(autoscaler: str) -> tuple[list[str], bool]:
        changes = {"monitoring": {"enabled": True}, "autoscaler": autoscaler, "nccl": {}}
        run = run_program("dev", changes={**changes, **only(node_groups=[node_group()])})
        shown = {each.inputs["metadata"]["name"] for each in of_monitoring(run) if each.type == CONFIG_MAP}
        groups = [group["name"] for group in run.one(RULE).inputs["spec"]["groups"]]
        return groups, KARPENTER.uid in shown

    assert watched("karpenter") == (["eks-efa-karpenter", "eks-efa-efa"], True)
    assert watched("cluster-autoscaler") == (["eks-efa-efa"], False)


def test_results_of_the_nccl_test_are_served_from_the_verdict() -> None:
    run = monitored()
    deployment = run.one("kubernetes:apps/v1:Deployment", "-nccl-results").inputs
    pod = deployment["spec"]["template"]["spec"]
    (volume,) = pod["volumes"]
    assert deployment["metadata"]["namespace"] == NCCL_NAMESPACE
    assert volume["configMap"] == {
        "name": VERDICT_CONFIG_MAP,
        "items": [{"key": SERIES_FILE, "path": SERIES_FILE}],
        "optional": True,
    }
    assert SERIES_FILE.endswith(".prom"), "the text file collector reads no other"
    monitor = run.one(MONITOR, "-nccl-results").inputs
    assert monitor["spec"]["selector"]["matchLabels"] == deployment["spec"]["selector"]["matchLabels"]


def test_without_an_nccl_test_nothing_serves_its_results() -> None:
    run = run_program("dev", changes={"monitoring": {"enabled": True}, "nccl": {}})
    assert [each.name for each in run.of_type(MONITOR)] == []


def test_only_exporters_run_on_gpu_nodes() -> None:
    values = monitored().one(RELEASE, STACK).inputs["values"]
    for part in (
        values["grafana"],
        values["kube-state-metrics"],
        values["prometheusOperator"],
        values["prometheus"]["prometheusSpec"],
        values["alertmanager"]["alertmanagerSpec"],
    ):
        assert part["nodeSelector"] == {"eks-efa/system": "true"}
        assert part["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
    assert values["prometheus-node-exporter"]["tolerations"] == [{"operator": "Exists"}]


def test_prometheus_takes_what_other_charts_and_people_ask_it_to() -> None:
    spec = monitored().one(RELEASE, STACK).inputs["values"]["prometheus"]["prometheusSpec"]
    nil_means_any = {name: value for name, value in spec.items() if name.endswith("NilUsesHelmValues")}
    assert set(nil_means_any.values()) == {False}
    assert {"ruleSelectorNilUsesHelmValues", "serviceMonitorSelectorNilUsesHelmValues"} <= set(nil_means_any)


def test_prometheus_keeps_what_the_settings_say_and_never_fills_its_volume() -> None:
    values = monitored(prometheusRetention="30d", storageGib=200).one(RELEASE, STACK).inputs["values"]
    spec = values["prometheus"]["prometheusSpec"]
    assert (spec["retention"], spec["retentionSize"]) == ("30d", "180GiB")


def test_a_node_exporter_without_efa_counters_is_the_charts_own() -> None:
    def exporter(run: Run) -> Any:
        return run.one(RELEASE, STACK).inputs["values"]["prometheus-node-exporter"]

    assert set(exporter(monitored(efaCounters=False))) == {"tolerations", "prometheus"}
    with_efa = exporter(monitored())
    folder = with_efa["sidecarVolumeMount"][0]["mountPath"]
    assert f"--collector.textfile.directory={folder}" in with_efa["extraArgs"]


def _storage(run: Run) -> Any:
    spec = run.one(RELEASE, STACK).inputs["values"]["prometheus"]["prometheusSpec"]
    return spec["storageSpec"]["volumeClaimTemplate"]["spec"]
