"""The EKS control plane: who reaches its API, what it keeps encrypted, what it logs, which version it
runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from knowledge.eks_versions import VERSIONS, Support, offered, support
from knowledge.fault import Fault
from policies.addresses import is_whole_internet
from policies.environment import Environment
from policies.reading import get, items, together
from policies.references import checkov, cis, eks_guide, practice, trivy
from policies.rule import Finding, Rule, Severity
from policies.views import Resource

COMPONENT = "eks:index:Cluster"
"""pulumi-eks' own: a component whose inputs are flat."""
ADDON = "aws:eks/addon:Addon"
CLUSTER = "aws:eks/cluster:Cluster"
"""What EKS is asked for. Pulumi's engine shows it too, as a child of the component; the sandbox's does
not."""

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""All that EKS has."""
LOGS_OF_WHO_DID_WHAT = LOG_TYPES[:3]

_BRANCHES = {
    "endpointPrivateAccess": "vpcConfig",
    "endpointPublicAccess": "vpcConfig",
    "publicAccessCidrs": "vpcConfig",
    "authenticationMode": "accessConfig",
    "bootstrapClusterCreatorAdminPermissions": "accessConfig",
}
"""Where AWS's resource keeps what pulumi-eks takes at the top."""


@dataclass(frozen=True)
class ControlPlane:
    """The settings of a control plane, whichever of the two types they stand in."""

    resource: Resource

    @classmethod
    def in_resource(cls, resource: Resource) -> "Iterator[ControlPlane]":
        """The control plane of a resource, if it is one. A component may come without its inputs: it then
        has nothing to say, and its child says it."""
        if resource.type == CLUSTER or (resource.type == COMPONENT and resource.properties):
            yield cls(resource)

    def path(self, name: str) -> str:
        """Path of a setting."""
        return ".".join(self._keys(name))

    def get(self, name: str) -> Any:
        """A setting, None where it is left to its default."""
        return get(self.resource.properties, *self._keys(name))

    def finding(self, name: str, problem: str, cure: str) -> Finding:
        """What is wrong with a setting."""
        return Finding(self.path(name), Fault(problem, cure=cure), self.resource)

    @property
    def is_public(self) -> bool:
        """Whether the endpoint can be reached from outside the VPC; EKS makes it so unless told otherwise."""
        return self.get("endpointPublicAccess") is not False

    def _keys(self, name: str) -> tuple[str, ...]:
        branch = _BRANCHES.get(name) if self.resource.type == CLUSTER else None
        return (branch, name) if branch else (name,)


def _private_endpoint(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for plane in ControlPlane.in_resource(resource):
        if plane.get("endpointPrivateAccess") is not True:
            problem = "nodes would reach the API by its public address"
            yield plane.finding("endpointPrivateAccess", problem, "set it true")
        if environment.is_prod and environment.has_private_way and plane.is_public:
            problem = "the API can be reached from outside the VPC, though there is a private way to it"
            yield plane.finding("endpointPublicAccess", problem, "set it false in prod")


def _public_cidrs(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for plane in ControlPlane.in_resource(resource):
        if not plane.is_public:
            continue
        ranges = plane.get("publicAccessCidrs")
        cure = "list the addresses that need it"
        if not ranges:
            problem = "missing, so that the whole internet reaches the API"
            yield plane.finding("publicAccessCidrs", problem, cure)
        yield from together(_open_range(plane, each, cure) for each in ranges or ())


def _open_range(plane: ControlPlane, cidr: Any, cure: str) -> Iterator[Finding]:
    if is_whole_internet(get(cidr)):
        yield plane.finding("publicAccessCidrs", f"{cidr} is the whole internet", cure)


def _secrets_key(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for plane in ControlPlane.in_resource(resource):
        if resource.type == COMPONENT:
            where, key = "encryptionConfigKeyArn", plane.get("encryptionConfigKeyArn")
        else:
            where, key = "encryptionConfig.provider.keyArn", None
            for config in items(plane.get("encryptionConfig")):
                encrypted = [get(each) for each in items(config, "resources")]
                key = get(config, "provider", "keyArn") if "secrets" in encrypted else key
        if not key or ":alias/aws/" in key:
            problem = f"{key} is a key of AWS" if key else "missing, so that AWS's own key encrypts Secrets"
            yield Finding(where, Fault(problem, cure="name a customer-managed KMS key"), resource)


def _logs(resource: Resource, environment: Environment) -> Iterator[Finding]:
    wanted = LOG_TYPES if environment.is_prod else LOGS_OF_WHO_DID_WHAT
    for plane in ControlPlane.in_resource(resource):
        have = [get(each) for each in items(plane.get("enabledClusterLogTypes"))]
        missing = [each for each in wanted if each not in have]
        if missing:
            yield plane.finding(
                "enabledClusterLogTypes", f"{', '.join(missing)} not logged", "add what is missing"
            )


def _version(resource: Resource, environment: Environment) -> Iterator[Finding]:
    there = offered(environment.today)
    for plane in ControlPlane.in_resource(resource):
        version, cure = plane.get("version"), f"name one of {', '.join(there)}"
        if version not in there:
            problem = f'"{version}" is not supported' if version else "missing, so that EKS chooses"
            yield plane.finding("version", problem, cure)
        elif _upgraded_by_eks(plane, support(VERSIONS[version], environment.today)):
            problem = f"STANDARD, and standard support of {version} ended: EKS upgrades the cluster by itself"
            yield plane.finding("upgradePolicy", problem, "name the version that it has then")


def _upgraded_by_eks(plane: ControlPlane, found: Support) -> bool:
    """Whether the version in the program would be behind the one that EKS runs."""
    return found is Support.EXTENDED and get(plane.get("upgradePolicy"), "supportType") == "STANDARD"


def _pinned_addons(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != ADDON or not environment.is_prod:
        return
    name = get(resource.properties, "addonName")
    if name in environment.floating_addons or get(resource.properties, "addonVersion") is None:
        problem = "EKS's choice of the day, which any `up` may roll on every node under its jobs"
        cure = f"name one of: aws eks describe-addon-versions --addon-name {name}"
        yield Finding("addonVersion", Fault(problem, "in prod a version is named", cure), resource)


RULES = (
    Rule(
        id="eks-private-endpoint",
        summary="Nodes reach the Kubernetes API inside the VPC, and in prod so does everybody else who has a "
        "way there.",
        severity=Severity.CRITICAL,
        references=(
            *cis("5.4.2"),
            *checkov("CKV_AWS_39"),
            *trivy("AWS-0040"),
            *eks_guide("security/iam: Make the EKS Cluster Endpoint private"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/userguide/config-cluster-endpoint.html",
        remediation="Connect the VPC with where Pulumi runs, name that network in `cluster.privateAccess`, "
        "and set `cluster.publicAccess` false. Until then eks-public-cidrs holds it to named ranges.",
        resource_check=_private_endpoint,
    ),
    Rule(
        id="eks-public-cidrs",
        summary="A public endpoint of the Kubernetes API is open to named ranges only.",
        severity=Severity.CRITICAL,
        references=(*cis("5.4.1"), *checkov("CKV_AWS_38"), *trivy("AWS-0041")),
        url="https://docs.aws.amazon.com/eks/latest/userguide/config-cluster-endpoint.html",
        remediation="List the addresses of its users in `cluster.publicAccessCidrs`, each as narrow as can "
        "be.",
        resource_check=_public_cidrs,
    ),
    Rule(
        id="eks-secrets-kms",
        summary="Kubernetes Secrets are encrypted with a KMS key of the customer's.",
        severity=Severity.HIGH,
        references=(
            *cis("5.3.1"),
            *checkov("CKV_AWS_58"),
            *trivy("AWS-0039"),
            *eks_guide("security/data: Use AWS KMS for envelope encryption"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html",
        remediation="Leave `cluster.kmsKeyArn` out, and a key is made; or name a customer-managed key.",
        resource_check=_secrets_key,
    ),
    Rule(
        id="eks-control-plane-logs",
        summary="The control plane logs who did what; in prod it logs everything it can.",
        severity=Severity.HIGH,
        references=(
            *cis("2.1.1"),
            *checkov("CKV_AWS_37"),
            *trivy("AWS-0038"),
            *eks_guide("security/detective: Enable audit logs"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
        remediation="Leave `cluster.logTypes` at its default, which is all five.",
        resource_check=_logs,
    ),
    Rule(
        id="eks-addons-pinned",
        summary="In prod every EKS addon has a version that changes only when somebody changes it.",
        severity=Severity.MEDIUM,
        references=practice("terraform-aws-eks: most_recent moves addons with every apply"),
        url="https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html",
        remediation="Name all five in `cluster.addons`; `aws eks describe-addon-versions` lists them.",
        resource_check=_pinned_addons,
    ),
    Rule(
        id="eks-supported-version",
        summary="The Kubernetes version is one that EKS still supports, and stays until somebody changes it.",
        severity=Severity.MEDIUM,
        references=checkov("CKV_AWS_339"),
        url="https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
        remediation="Set `cluster.version` to a version that EKS has (`[[eks]]` in "
        "knowledge/compatibility/table.toml). Past standard support, leave `cluster.upgradePolicy` EXTENDED.",
        resource_check=_version,
    ),
)
