"""What keeps a team's pods off the nodes of others: the API server itself refuses them.

A taint keeps a pod away only as long as it does not tolerate it, and whoever writes a pod writes its
tolerations. PodTolerationRestriction would bound those, but EKS does not run it
(https://docs.aws.amazon.com/eks/latest/userguide/platform-versions.html lists what it runs). A
ValidatingAdmissionPolicy is part of every API server since 1.30, and needs no webhook of ours.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from knowledge.team import TEAM_LABEL
from settings.team import TeamSettings


@dataclass(frozen=True)
class TeamGuardArgs:
    """Whose pods are watched."""

    team: TeamSettings
    kubernetes_provider: kubernetes.Provider


class TeamGuard(pulumi.ComponentResource):
    """The admission policy for the pods of one namespace."""

    def __init__(self, name: str, args: TeamGuardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the policy, then what puts it in force."""
        super().__init__("eks-efa:team:Guard", name, None, opts)
        team = args.team
        policy_name = f"eks-efa-team-{team.name}"
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=policy_name, labels={TEAM_LABEL: team.name})
        policy = kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(
            f"{name}-policy",
            metadata=metadata,
            spec=policy_spec(team),
            opts=pulumi.ResourceOptions(parent=self, provider=args.kubernetes_provider),
        )
        kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            f"{name}-binding",
            metadata=metadata,
            spec=kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpecArgs(
                policy_name=policy_name,
                validation_actions=["Deny"],
                match_resources=kubernetes.admissionregistration.v1.MatchResourcesArgs(
                    namespace_selector=kubernetes.meta.v1.LabelSelectorArgs(
                        # The API server itself sets this label: nobody can take it off.
                        match_labels={"kubernetes.io/metadata.name": team.home}
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, provider=args.kubernetes_provider, depends_on=[policy]),
        )
        self.register_outputs({})


def policy_spec(team: TeamSettings) -> Any:
    """The rules, in the Common Expression Language (https://kubernetes.io/docs/reference/using-api/cel/)."""
    key, name = TEAM_LABEL, team.name
    tolerations_of_others = (
        "!has(object.spec.tolerations) || object.spec.tolerations.all(each, "
        f"has(each.key) && each.key != '' && (each.key != '{key}' || "
        "((!has(each.operator) || each.operator == 'Equal') && "
        f"has(each.value) && each.value == '{name}')))"
    )
    selected_nodes = (
        f"!has(object.spec.nodeSelector) || !('{key}' in object.spec.nodeSelector) || "
        f"object.spec.nodeSelector['{key}'] == '{name}'"
    )
    # A pod that is being bound has its node, so only the one that comes with a node is refused.
    named_node = "request.operation != 'CREATE' || !has(object.spec.nodeName) || object.spec.nodeName == ''"
    preempting = "!has(object.spec.priorityClassName) || !object.spec.priorityClassName.startsWith('system-')"
    rules = {
        tolerations_of_others: f"a pod of team {name} may tolerate {key}={name} and no other team's taint, "
        "and must name the key of each taint that it tolerates",
        selected_nodes: f"a pod of team {name} cannot ask for the nodes of another team",
        named_node: "a pod that names its node passes by every taint: leave nodeName out",
        preempting: "system priority would drive out pods of others: take another priorityClassName",
    }
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["pods"],
                }
            ]
        },
        "validations": [
            {"expression": expression, "message": message, "reason": "Forbidden"}
            for expression, message in rules.items()
        ],
    }
