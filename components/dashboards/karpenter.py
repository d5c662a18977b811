"""Karpenter: which nodes there are, how fast they come, why they do not, why they go, and what they cost.

The metrics are Karpenter 1.14's (https://karpenter.sh/docs/reference/metrics/), as a scrape of it has them.
"""

from components.dashboards.panels import Dashboard, Panel, Query, Row
from knowledge.karpenter_metrics import late_interruptions
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE

_STEPS = {
    "Launched": "EC2 has given an instance",
    "Registered": "it is a node",
    "Initialized": "its GPUs and EFA interfaces are announced",
}
"""Conditions of a NodeClaim in the order in which they become true."""


def _step_seconds(quantile: float) -> tuple[Query, ...]:
    return tuple(
        Query(
            f"histogram_quantile({quantile}, sum by (le) "
            f'(rate(operator_nodeclaim_status_condition_transition_seconds_bucket{{type="{step}"}}[15m])))',
            meaning,
        )
        for step, meaning in _STEPS.items()
    )


def _used(resource: str) -> str:
    """Share of a resource that pods of a provisioner have asked for."""
    asked, there = (
        f'sum by (nodepool) ({metric}{{resource_type="{resource}",nodepool!=""}})'
        for metric in ("karpenter_nodes_total_pod_requests", "karpenter_nodes_allocatable")
    )
    return f"{asked} / {there}"


_NODES = Row(
    "Nodes",
    (
        Panel(
            "Nodes",
            "Nodes of each provisioner.",
            (
                Query(
                    'count by (nodepool) (karpenter_nodes_allocatable{resource_type="cpu",nodepool!=""})',
                    "{{nodepool}}",
                ),
            ),
        ),
        Panel(
            "NodeClaims on their way",
            "Asked for and not yet nodes. One that stays here for minutes is in trouble.",
            (
                Query(
                    "count by (karpenter_sh_nodepool) "
                    '(operator_nodeclaim_status_condition_count{type="Initialized",status!="True"} > 0)',
                    "{{karpenter_sh_nodepool}}",
                ),
            ),
        ),
        Panel(
            "NodeClaims made and ended",
            "In five minutes. Many of both at once is a provisioner that never gets a node to stay.",
            (
                Query(
                    "sum by (nodepool) (increase(karpenter_nodeclaims_created_total[5m]))",
                    "made: {{nodepool}}",
                ),
                Query(
                    "sum by (nodepool) (increase(karpenter_nodeclaims_terminated_total[5m]))",
                    "ended: {{nodepool}}",
                ),
            ),
        ),
    ),
)

_LATENCY = Row(
    "From pod to running pod",
    (
        Panel("Steps of a launch, median", "From the NodeClaim on.", _step_seconds(0.5), "s"),
        Panel("Steps of a launch, slowest tenth", "From the NodeClaim on.", _step_seconds(0.9), "s"),
        Panel(
            "Longest wait of a pod",
            "By namespace. Zero where nothing waits.",
            (Query("max by (namespace) (karpenter_pods_unstarted_time_seconds)", "{{namespace}}"),),
            "s",
        ),
    ),
)

_CAPACITY = Row(
    "Capacity",
    (
        Panel(
            "NodeClaims given up for want of capacity",
            "In ten minutes. EC2 had none; Karpenter asks again every three minutes.",
            (
                Query(
                    "sum by (nodepool) "
                    '(increase(karpenter_nodeclaims_disrupted_total{reason="insufficient_capacity"}[10m]))',
                    "{{nodepool}}",
                ),
            ),
        ),
        Panel(
            "Launch failures of EC2",
            "Offerings that CreateFleet refused, in ten minutes, by zone and how they are bought.",
            (
                Query(
                    "sum by (zone, capacity_type) "
                    "(increase(karpenter_cloudprovider_instance_launch_failures_total[10m]))",
                    "{{zone}} {{capacity_type}}",
                ),
            ),
        ),
        Panel(
            "Errors of AWS calls",
            "In ten minutes, by kind. NodeClaimNotFoundError belongs to every node that goes.",
            (
                Query(
                    "sum by (method, error) (increase(karpenter_cloudprovider_errors_total[10m]))",
                    "{{method}}: {{error}}",
                ),
            ),
        ),
        Panel(
            "Nodes against the limit",
            "At 100 % the provisioner launches no more; see `limits` and `maxNodes`.",
            (
                Query(
                    'karpenter_nodepools_usage{resource_type="nodes"}'
                    ' / on (nodepool) karpenter_nodepools_limit{resource_type="nodes"}',
                    "{{nodepool}}",
                ),
            ),
            "percentunit",
            width=12,
        ),
        Panel(
            "Pods that no provisioner fits",
            "Karpenter has looked at them and will bring no node: see `eks-efa status` for the reason.",
            (Query("sum(karpenter_scheduler_unschedulable_pods_count)", "pods"),),
            width=12,
        ),
    ),
)

_INTERRUPTION = Row(
    "Interruption",
    (
        Panel(
            "Messages",
            "In ten minutes, by kind: spot interruptions, rebalancing, instances that stop.",
            (
                Query(
                    "sum by (message_type) (increase(karpenter_interruption_received_messages_total[10m]))",
                    "{{message_type}}",
                ),
            ),
        ),
        Panel(
            "Handled late",
            "In ten minutes, those that waited for over 10 s and over 60 s. A spot instance has 120 s.",
            (Query(late_interruptions(10, "10m"), "10 s"), Query(late_interruptions(60, "10m"), "60 s")),
        ),
        Panel(
            "Failed looks at the queue",
            "In ten minutes. Any is worth a look at Karpenter's log: rights, or the queue itself.",
            (
                Query(
                    'sum(increase(controller_runtime_reconcile_errors_total{controller="interruption"}[10m]))',
                    "failed",
                ),
            ),
        ),
    ),
)

_DISRUPTION = Row(
    "Disruption",
    (
        Panel(
            "Why NodeClaims went",
            "In ten minutes.",
            (
                Query(
                    "sum by (reason, nodepool) (increase(karpenter_nodeclaims_disrupted_total[10m]))",
                    "{{nodepool}}: {{reason}}",
                ),
            ),
        ),
        Panel(
            "Nodes that may be disrupted now",
            "What the budget of each provisioner leaves.",
            (Query("min by (nodepool) (karpenter_nodepools_allowed_disruptions)", "{{nodepool}}"),),
        ),
        Panel(
            "Time to drain and end a node, slowest tenth",
            "Long ones are held up by pods that take their time, or by a PodDisruptionBudget.",
            (
                Query(
                    "histogram_quantile(0.9, sum by (le, nodepool) "
                    "(rate(karpenter_nodeclaims_termination_duration_seconds_bucket[15m])))",
                    "{{nodepool}}",
                ),
            ),
            "s",
        ),
    ),
)

_COST = Row(
    "Cost",
    (
        Panel(
            "Cost an hour",
            "By Karpenter's price list, on demand and spot; what is reserved or discounted costs less.",
            (Query("sum by (nodepool) (karpenter_nodepools_cost_total)", "{{nodepool}}"),),
            "currencyUSD",
        ),
        Panel(
            "GPUs asked for",
            "Share of the GPUs on the nodes. What is not asked for is paid for nothing.",
            (Query(_used(GPU_RESOURCE), "{{nodepool}}"),),
            "percentunit",
        ),
        Panel(
            "EFA interfaces asked for",
            "Share of those on the nodes. Less than the GPUs' share: jobs that talk over TCP.",
            (Query(_used(EFA_RESOURCE), "{{nodepool}}"),),
            "percentunit",
        ),
    ),
)

KARPENTER = Dashboard(
    uid="eks-efa-karpenter",
    title="EKS EFA: Karpenter",
    rows=(_NODES, _LATENCY, _CAPACITY, _INTERRUPTION, _DISRUPTION, _COST),
)
