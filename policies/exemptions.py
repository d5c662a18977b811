"""What a rule lets pass, and why: each exemption is for one rule, for something named, and has its reason.

More can be given to the pack as configuration, in the same form (docs/policies.md).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge import nccl_job
from policies.rule import Finding


@dataclass(frozen=True)
class Exemption:
    """Something that a rule does not apply to. In a pattern `*` stands for any text."""

    rule: str
    """Id of the rule."""
    reason: str
    """Why it has to be so, for whoever reviews it."""
    resource: str = "*"
    """Pattern of a resource's path: types of its parents, its type and its name, as in its URN."""
    pod: str = "*"
    """Pattern of a pod: `namespace/service account/image`, or `namespace/chart` for what a chart is told."""
    where: str = "*"
    """Pattern of the property's path."""

    def covers(self, rule: str, finding: Finding) -> bool:
        """Whether a violation of a rule is let pass."""
        path = finding.resource.path if finding.resource else ""
        patterns = ((path, self.resource), (finding.pod, self.pod), (finding.where, self.where))
        return rule == self.rule and all(_fits(text, pattern) for text, pattern in patterns)


def _fits(text: str, pattern: str) -> bool:
    """Whether the pattern is that text; paths hold brackets, so nothing but `*` means something else."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None


def is_exempted(rule: str, finding: Finding, exemptions: Iterable[Exemption]) -> bool:
    """Whether one of the exemptions covers a violation."""
    return any(exemption.covers(rule, finding) for exemption in exemptions)


_UPSTREAM = (
    "Kubeflow's manifest is deployed as it is published, pinned by its checksum; the operator runs on "
    "system nodes "
    "and has no rights but those of its own role"
)
_POLICIES_IGNORED = (
    "the VPC CNI heeds NetworkPolicies only where cluster.networkPolicies is set, and what runs here is the "
    "program's own: nothing of a user's comes into this namespace"
)

EXEMPTIONS = (
    Exemption(
        rule="eks-access-entries-only",
        resource="*$eks:index:Cluster$aws:eks/cluster:Cluster::*",
        where="accessConfig.bootstrapClusterCreatorAdminPermissions",
        reason="pulumi-eks sets it and offers no way not to; it is the right by which Pulumi installs "
        "Karpenter",
    ),
    Exemption(
        rule="ebs-encrypted",
        where="*.kmsKeyI*",
        reason="nodes keep images and scratch only. The account's default key for volumes is used; where "
        "that is a customer's own, its policy must let in the roles of Auto Scaling and Karpenter: the "
        "checks warn of it, and docs/nodes.md has the statements",
    ),
    Exemption(
        rule="pod-security",
        pod="mpi-operator/*/mpioperator/mpi-operator:*",
        where="*.securityContext.*",
        reason=_UPSTREAM,
    ),
    Exemption(rule="workload-hygiene", pod="mpi-operator/*/mpioperator/mpi-operator:*", reason=_UPSTREAM),
    Exemption(
        rule="workload-hygiene",
        resource="*$kubernetes:core/v1:Namespace::*-namespace-mpi-operator",
        where="metadata.labels.*",
        reason=_UPSTREAM,
    ),
    Exemption(
        rule="pod-security",
        resource="*eks-efa:nccl:NcclTest$kubernetes:kubeflow.org/v2beta1:MPIJob::*",
        where="*.securityContext.runAsNonRoot",
        reason="mpirun reaches its workers by an sshd of their own, which opens sessions as root only; "
        "the jobs run for minutes, alone on their nodes and without a token",
    ),
    Exemption(
        rule="pod-security",
        resource=f"*$kubernetes:kubeflow.org/v2beta1:MPIJob::*-{nccl_job.template_name('efa-mount')}",
        where="*.securityContext.privileged",
        reason="variant efa-mount is for nodes without the EFA device plugin: only a privileged container "
        "may use "
        "devices that no plugin gave it",
    ),
    Exemption(
        rule="pod-security",
        resource=f"*$kubernetes:kubeflow.org/v2beta1:MPIJob::*-{nccl_job.template_name('efa-mount')}",
        where="*.volumes[*].hostPath",
        reason="the same: it mounts /dev/infiniband of the node",
    ),
    Exemption(rule="network-policy", where="mpi-operator", reason=_POLICIES_IGNORED),
    Exemption(rule="network-policy", where=nccl_job.NAMESPACE, reason=_POLICIES_IGNORED),
)
"""Of this project's own stacks."""
