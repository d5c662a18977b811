"""All rules, in the order in which they are listed: from the control plane down to the whole stack."""

from policies.rule import Rule
from policies.rules import (
    access,
    control_plane,
    efa_security_groups,
    efa_topology,
    iam,
    images,
    instances,
    interruption,
    karpenter,
    keys_and_logs,
    namespaces,
    network,
    pods,
    providers,
    roles,
    security_groups,
    stacks,
    workloads,
)

_SUBJECTS = (
    control_plane,
    access,
    keys_and_logs,
    instances,
    images,
    security_groups,
    efa_security_groups,
    network,
    iam,
    roles,
    interruption,
    karpenter,
    efa_topology,
    pods,
    workloads,
    namespaces,
    providers,
    stacks,
)

RULES: tuple[Rule, ...] = tuple(rule for subject in _SUBJECTS for rule in subject.RULES)
