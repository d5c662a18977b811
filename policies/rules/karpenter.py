"""Karpenter: how many nodes it may bring, when it may take them away, and where it runs itself."""

from collections.abc import Iterator
from typing import Any

from knowledge.disruption import DRIFTED, consolidation_fault, drift_fault, expiry_fault
from knowledge.fault import Fault
from knowledge.node_names import GPU_RESOURCE, POOL_LABEL
from policies.environment import Environment
from policies.kubernetes_objects import RELEASE, chart_name
from policies.reading import get, items, known, whole_number
from policies.references import eks_guide, practice
from policies.rule import Finding, Level, Rule, Severity
from policies.views import Resource

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_POOL_LABEL = "karpenter.sh/nodepool"

LIMITS = ("nodes", "cpu", "memory", GPU_RESOURCE)
PROD_REPLICAS = 2


def _limits(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != NODE_POOL:
        return
    spec = get(resource.properties, "spec")
    if not any(name in (get(spec, "limits") or {}) for name in LIMITS):
        problem = "a mistake in a pod could launch nodes without end"
        yield Finding("spec.limits", Fault(problem, cure=f"limit one of {', '.join(LIMITS)}"), resource)
    if _is_for_training(spec):
        yield from _disruption(resource, spec)


def _is_for_training(spec: Any) -> bool:
    """Whether pods of long jobs run on its nodes: it carries this project's label, or the GPU taint."""
    template = get(spec, "template")
    labelled = POOL_LABEL in (get(template, "metadata", "labels") or {})
    return labelled or any(get(taint, "key") == GPU_RESOURCE for taint in items(template, "spec", "taints"))


def _disruption(resource: Resource, spec: Any) -> Iterator[Finding]:
    disruption = get(spec, "disruption")
    if fault := consolidation_fault(get(disruption, "consolidationPolicy")):
        yield Finding("spec.disruption.consolidationPolicy", fault, resource)
    if not items(disruption, "budgets"):
        problem = "missing, so that a tenth of the nodes may go at any time"
        yield Finding("spec.disruption.budgets", Fault(problem, cure="say how many nodes may go"), resource)
    if fault := expiry_fault(get(spec, "template", "spec", "expireAfter")):
        yield Finding("spec.template.spec.expireAfter", fault, resource)


def _drift(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != NODE_POOL:
        return
    spec = get(resource.properties, "spec")
    if not _is_for_training(spec):
        return
    budgets = [each for each in known(items(spec, "disruption", "budgets")) if isinstance(each, dict)]
    if fault := drift_fault(budgets, f'add a budget of "0" for the reason {DRIFTED}'):
        yield Finding("spec.disruption.budgets", fault, resource)


def _not_on_its_own_nodes(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != RELEASE or chart_name(resource) != "karpenter":
        return
    values = get(resource.properties, "values")
    replicas = whole_number(get(values, "replicas"))
    if environment.is_prod and replicas is not None and replicas < PROD_REPLICAS:
        problem = f"{replicas}: while its one node is replaced, no pod gets a new one"
        yield Finding("values.replicas", Fault(problem, cure=f"set {PROD_REPLICAS}"), resource)
    where = "values.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
    path = (*where.split(".")[1:], "nodeSelectorTerms")
    if get(values, *path) is None:
        return  # Helm merges maps, so the chart's own terms are still there and keep it off them
    terms = items(values, *path)
    if not terms or not all(map(_keeps_off, terms)):
        problem = "the controller could run on a node that it takes away"
        cure = f"add to each term: {NODE_POOL_LABEL} DoesNotExist"
        yield Finding(where, Fault(problem, cure=cure), resource)


def _keeps_off(term: Any) -> bool:
    return any(
        get(each, "key") == NODE_POOL_LABEL and get(each, "operator") == "DoesNotExist"
        for each in items(term, "matchExpressions")
    )


RULES = (
    Rule(
        id="nodepool-limits",
        summary="Every NodePool has a limit, and one for training does not move or cut short a running job.",
        severity=Severity.HIGH,
        references=(
            *eks_guide(
                "aiml/aiml_compute: Disable Karpenter Consolidation for interruption sensitive Workloads"
            ),
            *practice("Karpenter threat model: arbitrary number of nodes"),
        ),
        url="https://karpenter.sh/docs/concepts/nodepools/",
        remediation="Set `maxNodes`, and leave `disruption` of a provisioner at its defaults.",
        resource_check=_limits,
    ),
    Rule(
        id="nodepool-drift",
        summary="Nodes of training are replaced for a new image or setting only while somebody wants it.",
        severity=Severity.HIGH,
        references=eks_guide(
            "aiml/aiml_compute: Disable Karpenter Consolidation for interruption sensitive Workloads"
        ),
        url="https://karpenter.sh/docs/concepts/disruption/#drift",
        remediation='Leave `disruption.drift` of a provisioner at `"0"`, and raise it while no job runs.',
        resource_check=_drift,
        level=Level.ADVISORY,
    ),
    Rule(
        id="karpenter-not-on-karpenter",
        summary="Karpenter runs on nodes that it does not manage, in prod twice.",
        severity=Severity.HIGH,
        references=eks_guide(
            "autoscaling/karpenter: Run the Karpenter controller on EKS Fargate "
            "or on a worker node that belongs to a node group"
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html",
        remediation="Keep the node affinity of components/karpenter_values.py and `karpenter.replicas` at 2.",
        resource_check=_not_on_its_own_nodes,
    ),
)
