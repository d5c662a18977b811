"""Everything a team has in the cluster of its platform.

On destroy it goes in reverse: first what people run in the namespace, then the team's provisioners while the
platform's Karpenter lives and drains their nodes, and the guard of the namespace last.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.platform import Platform
from components.pool_outputs import provisioner_output
from components.provisioner import Provisioner, ProvisionerArgs
from components.stack_plan import ProvisionerPlan
from components.team_access import TeamAccess, TeamAccessArgs
from components.team_guard import TeamGuard, TeamGuardArgs
from components.team_namespace import TeamNamespace, TeamNamespaceArgs
from components.team_plan import TeamPlan
from knowledge.team import group_of


@dataclass(frozen=True)
class TeamArgs:
    """The plan, and the platform that it is for."""

    plan: TeamPlan
    platform: Platform
    kubernetes_provider: kubernetes.Provider


class Team(pulumi.ComponentResource):
    """A namespace with a share of the cluster, people who may use it, and nodes of its own."""

    namespace: TeamNamespace
    provisioners: dict[str, Provisioner]
    """By name."""
    outputs: dict[str, Any]
    """What the stack exports of it."""

    def __init__(self, name: str, args: TeamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the guard and the provisioners, then the namespace, then let people in."""
        super().__init__("eks-efa:team:Team", name, None, opts)
        self._name, self._args = name, args
        self._options = pulumi.ResourceOptions(parent=self)
        plan, provider = args.plan, args.kubernetes_provider
        guard = TeamGuard(
            f"{name}-guard", TeamGuardArgs(team=plan.team, kubernetes_provider=provider), self._options
        )
        self.provisioners = {each.settings.name: self._provisioner(each) for each in plan.provisioners}
        self.namespace = TeamNamespace(
            f"{name}-home",
            TeamNamespaceArgs(
                team=plan.team,
                stack=plan.stack,
                kubernetes_provider=provider,
                after=(guard, *self.provisioners.values()),
            ),
            self._options,
        )
        TeamAccess(
            f"{name}-access",
            TeamAccessArgs(
                team=plan.team,
                tags=plan.tags,
                cluster_name=args.platform.cluster_name,
                kubernetes_provider=provider,
                namespace=self.namespace,
            ),
            self._options,
        )
        self.outputs = self._outputs()
        self.register_outputs({"namespace": plan.team.home})

    def _provisioner(self, plan: ProvisionerPlan) -> Provisioner:
        cluster = self._args.platform.cluster
        return Provisioner(
            f"{self._name}-{plan.settings.name}",
            ProvisionerArgs(
                cluster_name=self._args.platform.cluster_name,
                tags=self._args.plan.tags,
                settings=plan.settings,
                instance_types=plan.instance_types,
                zone=plan.zone,
                interfaces=plan.interfaces[0] if plan.settings.efa == "static" else None,
                kubernetes_provider=self._args.kubernetes_provider,
                node_role_name=cluster.apply(lambda known: known.node_role_name),
                subnet_id=cluster.apply(lambda known: known.private_subnets[plan.zone]),
                security_group_ids=cluster.apply(lambda known: known.security_group_ids),
                after=(),
            ),
            self._options,
        )

    def _outputs(self) -> dict[str, Any]:
        team = self._args.plan.team
        return {
            "team": {"name": team.name, "namespace": team.home, "group": group_of(team.name)},
            "provisioners": {
                each.settings.name: provisioner_output(self.provisioners[each.settings.name], each)
                for each in self._args.plan.provisioners
            },
        }
