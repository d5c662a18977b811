"""What pods of a namespace may speak to."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.environment import Environment
from policies.kubernetes_objects import KubernetesObject, objects_in, pods_in
from policies.reading import get, items, together
from policies.references import cis, eks_guide, kube_linter
from policies.rule import Finding, Level, Rule, Severity
from policies.rules.workloads import MPI_JOB
from policies.views import Resource, Stack

OF_THE_CLUSTER = ("kube-system", "kube-public", "kube-node-lease")
DNS_PORT = 53
SSH_PORT = 22


def _network_policies(stack: Stack, environment: Environment) -> Iterator[Finding]:
    yield from together(_namespace(stack, *each) for each in _workload_namespaces(stack).items())


def _workload_namespaces(stack: Stack) -> dict[str, Resource]:
    """Namespaces that pods of the stack run in, each with the first resource that puts some there."""
    found: dict[str, Resource] = {}
    for resource in stack.resources:
        for pod in pods_in(resource):
            if pod.owner.namespace not in OF_THE_CLUSTER:
                found.setdefault(pod.owner.namespace, resource)
    return found


def _namespace(stack: Stack, namespace: str, first: Resource) -> Iterator[Finding]:
    inside = [
        each for resource in stack.resources for each in objects_in(resource) if each.namespace == namespace
    ]
    policies = [each for each in inside if each.kind == "NetworkPolicy"]
    if not any(map(_denies_all, policies)):
        problem = "pods accept whatever any pod of the cluster sends"
        yield Finding(namespace, Fault(problem, cure="add a NetworkPolicy that denies by default"), first)
        return
    if not any(DNS_PORT in _ports(each, "egress") for each in policies):
        problem = "no NetworkPolicy lets pods ask DNS"
        yield Finding(namespace, Fault(problem, cure=f"allow egress to port {DNS_PORT}"), first)
    if any(each.kind == MPI_JOB for each in inside) and not any(map(_ssh_between_pods, policies)):
        problem = "no NetworkPolicy lets the launcher call its workers"
        cure = f"allow port {SSH_PORT} between pods of the namespace, and from nowhere else"
        yield Finding(namespace, Fault(problem, cure=cure), first)


def _denies_all(policy: KubernetesObject) -> bool:
    """Whether it selects every pod and lets nothing in; one that names no types is about ingress."""
    everything = policy.get("spec", "podSelector") in ({}, None)
    types = [get(each) for each in items(policy.body, "spec", "policyTypes")] or ["Ingress"]
    return everything and "Ingress" in types and not items(policy.body, "spec", "ingress")


def _ports(policy: KubernetesObject, direction: str) -> set[int]:
    return {
        get(port, "port") for rule in items(policy.body, "spec", direction) for port in items(rule, "ports")
    }


def _ssh_between_pods(policy: KubernetesObject) -> bool:
    for rule in items(policy.body, "spec", "ingress"):
        sources = [get(each) for each in items(rule, "from")]
        from_pods = sources and all(
            "podSelector" in each and "namespaceSelector" not in each for each in sources
        )
        ports = {get(port, "port") for port in items(rule, "ports")}
        if from_pods and (SSH_PORT in ports or not ports):
            return True
    return False


RULES = (
    Rule(
        id="network-policy",
        summary="Each namespace with workloads denies traffic by default and allows what its pods need.",
        severity=Severity.MEDIUM,
        references=(
            *cis("4.3.2", "5.4.4"),
            *kube_linter("non-isolated-pod"),
            *eks_guide("security/network"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/network-security.html",
        remediation="Add NetworkPolicies: deny all, allow DNS, and SSH between the pods of MPI jobs.",
        stack_check=_network_policies,
        level=Level.ADVISORY,
    ),
)
