"""What pods may do to the node they run on."""

from collections.abc import Iterator
from typing import Any

from knowledge.fault import Fault
from policies.environment import Environment
from policies.kubernetes_objects import RELEASE, Pod, chart_name, pods_in
from policies.reading import UNKNOWN, Properties, get, items, together
from policies.references import checkov, cis, eks_guide, kube_linter
from policies.rule import Finding, Rule, Severity
from policies.views import Resource

HOST_NAMESPACES = ("hostPID", "hostIPC", "hostNetwork")
CONTAINER_SOCKETS = ("docker.sock", "containerd.sock")

_FORBIDDEN = {
    "privileged": True,
    "allowPrivilegeEscalation": True,
    "runAsNonRoot": False,
    "runAsUser": 0,
    **dict.fromkeys(HOST_NAMESPACES, True),
}
"""What no chart may be told, wherever its values have it."""


def _pod_security(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for pod in pods_in(resource):
        yield from together([_host(resource, pod), _volumes(resource, pod)])
        yield from together(_container(resource, pod, *each) for each in pod.containers())
    if resource.type == RELEASE:
        chart = f"{get(resource.properties, 'namespace')}/{chart_name(resource)}"
        yield from _values(resource, chart, "values", resource.properties.get("values"))


def _host(resource: Resource, pod: Pod) -> Iterator[Finding]:
    for name in HOST_NAMESPACES:
        if get(pod.spec, name):
            fault = Fault("the pod is not kept apart from the node's own processes", cure="leave it out")
            yield Finding(f"{pod.where}.{name}", fault, resource, pod.identity())


def _volumes(resource: Resource, pod: Pod) -> Iterator[Finding]:
    for index, volume in enumerate(items(pod.spec, "volumes")):
        path = get(volume, "hostPath", "path")
        if path:
            socket = path.endswith(CONTAINER_SOCKETS)
            problem = f"{path} of the node" + (", by which all containers are steered" if socket else "")
            where = f"{pod.where}.volumes[{index}].hostPath"
            yield Finding(
                where, Fault(problem, cure="use a volume of the pod's own"), resource, pod.identity()
            )


def _container(resource: Resource, pod: Pod, where: str, container: Properties) -> Iterator[Finding]:
    context = get(container, "securityContext")
    of_pod = get(pod.spec, "securityContext")
    where = f"{where}.securityContext"
    found: dict[str, tuple[str, str]] = {}
    if get(context, "privileged"):
        found["privileged"] = ("the container is root on the node", "leave it out")
    elif get(context, "allowPrivilegeEscalation") is not False:
        found["allowPrivilegeEscalation"] = (
            "a process may gain rights that its parent lacks",
            "set it false",
        )
    if _may_be_root(context, of_pod):
        found["runAsNonRoot"] = ("the container may run as root", "set it true")
    for name, (problem, cure) in found.items():
        yield Finding(f"{where}.{name}", Fault(problem, cure=cure), resource, pod.identity(container))


def _may_be_root(context: Any, of_pod: Any) -> bool:
    """Whether nothing keeps the image from running as root; a container's word counts before its pod's."""
    user = get(context, "runAsUser")
    user = get(of_pod, "runAsUser") if user is None else user
    if user is not None:
        return bool(user == 0)
    non_root = get(context, "runAsNonRoot")
    return not (get(of_pod, "runAsNonRoot") if non_root is None else non_root)


def _values(resource: Resource, chart: str, where: str, value: Any) -> Iterator[Finding]:
    """What a chart's values would make of its pods; what the chart does by itself is not seen here."""
    for index, part in enumerate(value if isinstance(value, list) else ()):
        yield from _values(resource, chart, f"{where}[{index}]", part)
    for key, part in value.items() if isinstance(value, dict) else ():
        if _is_forbidden(key, part):
            fault = Fault("the chart's pods would not be kept apart from the node", cure="leave it out")
            yield Finding(f"{where}.{key}", fault, resource, chart)
        else:
            yield from _values(resource, chart, f"{where}.{key}", part)


def _is_forbidden(key: str, value: Any) -> bool:
    if value is UNKNOWN:
        return False
    if key == "hostPath":
        return bool(value)
    # False is no user 0, and 1 is no True.
    same_kind = isinstance(value, bool) == isinstance(_FORBIDDEN.get(key), bool)
    return key in _FORBIDDEN and value == _FORBIDDEN[key] and same_kind


RULES = (
    Rule(
        id="pod-security",
        summary="No pod is privileged, shares the node's namespaces or files, or runs as root.",
        severity=Severity.CRITICAL,
        references=(
            *cis("4.2.1", "4.2.2", "4.2.3", "4.2.4", "4.2.5"),
            *checkov("CKV_K8S_16", "CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19", "CKV_K8S_20", "CKV_K8S_27"),
            *kube_linter(
                "privileged-container", "host-network", "host-pid", "host-ipc", "sensitive-host-mounts"
            ),
            *eks_guide("security/pods"),
        ),
        url="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
        remediation="Set allowPrivilegeEscalation false and runAsNonRoot true; what cannot do without is "
        "named in "
        "policies/exemptions.py, with its reason.",
        resource_check=_pod_security,
    ),
)
