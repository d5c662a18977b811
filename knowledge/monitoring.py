"""What the parts of the monitoring are called in the cluster, by its maker and by whoever looks for them."""

NAMESPACE = "monitoring"

STACK_RELEASE = "kube-prometheus-stack"
"""Helm release; the chart names its own objects after it."""

GRAFANA = f"{STACK_RELEASE}-grafana"
"""Grafana's Service, and the Secret with its administrator's password where the chart makes that."""

GRAFANA_PORT = 80
"""Of the Service."""

RULES = "eks-efa"
"""The PrometheusRule with the alerts."""

DASHBOARD_LABEL = "grafana_dashboard"
"""With the value `1` on a ConfigMap of any namespace: Grafana's sidecar loads the dashboards in it."""

PART_OF = {"app.kubernetes.io/part-of": "eks-efa"}
"""Label that tells our dashboards from those of the chart."""
