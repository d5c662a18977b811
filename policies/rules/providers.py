"""How Pulumi's own providers are told to behave."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import get
from policies.references import practice
from policies.rule import Finding, Rule, Severity
from policies.views import Resource

KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"


def _asks_before_it_forgets(resource: Resource, environment: Environment) -> Iterator[Finding]:
    # A provider's settings travel as text.
    if resource.type == KUBERNETES_PROVIDER and get(resource.properties, "deleteUnreachable") in (
        True,
        "true",
    ):
        problem = "an expired token would empty the state, with NodePools and jobs still there"
        cure = "leave it out; for a cluster that is gone: PULUMI_K8S_DELETE_UNREACHABLE=true"
        yield Finding("deleteUnreachable", Fault(problem, cure=cure), resource)


RULES = (
    Rule(
        id="nothing-forgotten",
        summary="What is in a cluster that does not answer stays in the state.",
        severity=Severity.CRITICAL,
        references=practice("pulumi-kubernetes: deleteUnreachable, off by default"),
        url="https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
        remediation="Leave `delete_unreachable` out of `kubernetes.Provider`: nodes that Karpenter brought "
        "would run on with nobody to end them.",
        resource_check=_asks_before_it_forgets,
    ),
)
