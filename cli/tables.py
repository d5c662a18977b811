"""Tables for people: what runs, what waits and why."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cli.nodes import NodeRow, summarise
from cli.pods import PodCount
from cli.status_document import Chart, ClusterState, Status


def nodes_table(rows: Iterable[NodeRow]) -> Table:
    """One line a group or provisioner and instance type; devices are those of all its nodes together."""
    table = Table("Brought by", "Instance type", title="Nodes", title_justify="left")
    for heading in ("Nodes", "Ready", "GPUs", "EFA interfaces"):
        table.add_column(heading, justify="right")
    for line in summarise(rows):
        counts = (line.nodes, line.ready, line.nodes * line.gpus, line.nodes * line.efa_interfaces)
        table.add_row(line.brought_by, line.instance_type, *(str(count) for count in counts))
    return table


def pending_table(pods: PodCount) -> Table:
    """Why pods wait, one line a reason."""
    table = Table(title="Pods that wait", title_justify="left")
    table.add_column("Pods", justify="right")
    table.add_column("Because", overflow="fold")
    for reason, count in pods.by_reason():
        table.add_row(str(count), escape(reason.text))
    return table


def charts_table(charts: Iterable[Chart]) -> Table:
    """Helm releases of the stack, and which of them are recorded only."""
    table = Table("Chart", "Version", "State", title="Charts", title_justify="left")
    for chart in charts:
        state = "installed" if chart.reason is None else f"not installed: {chart.reason}"
        table.add_row(chart.name, chart.version, escape(state))
    return table


def status_report(status: Status) -> RenderableType:
    """The whole of `status`, or one line that nothing runs."""
    if status.cluster is None:
        return Text(f"{status.stack}: nothing runs; start it with: {start_command(status.stack)}")
    parts: list[RenderableType] = [Text(heading(status, status.cluster)), nodes_table(status.cluster.nodes)]
    if status.cluster.pods.pending:
        parts.append(pending_table(status.cluster.pods))
    if status.sandbox.charts:
        parts.append(charts_table(status.sandbox.charts))
    return Group(*parts)


def heading(status: Status, cluster: ClusterState) -> str:
    """What runs, on a line each: stack and Kubernetes, Karpenter, pods, and where the kubeconfig is."""
    karpenter = cluster.karpenter
    if karpenter.version is None:
        controller = "not installed"
    else:
        controller = (
            f"{karpenter.version}, {'ready' if karpenter.ready else 'not ready'} ({karpenter.pods} pods)"
        )
    not_ready = [f"{each.name} ({each.reason})" for each in cluster.provisioners if not each.ready]
    names = ", ".join(each.name for each in cluster.provisioners) or "none"
    lines = [
        f"Stack         {status.stack}, Kubernetes {cluster.kubernetes}",
        f"Karpenter     {controller}",
        f"Provisioners  {names}" + (f"; not ready: {', '.join(not_ready)}" if not_ready else ""),
        f"Pods          {cluster.pods.running} running, {len(cluster.pods.pending)} waiting",
        f"Kubeconfig    {status.kubeconfig}",
    ]
    return "\n".join(lines)


def start_command(stack: str) -> str:
    """How to bring a stack up."""
    return "make up" if stack == "sandbox" else f"make up STACK={stack}"
