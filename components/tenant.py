"""A stack on the cluster of another: a team with its share of it, a test of some nodes there, or both."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pulumi

from components.kubernetes_provider import cluster_provider
from components.nccl_test import NcclTest, NcclTestArgs
from components.platform import Platform
from components.pools import contract_of
from components.stack_plan import EksFacts
from components.team import Team, TeamArgs
from components.team_plan import TeamPlan, plan_team
from knowledge.device_plugins import device_labels
from knowledge.nccl_job import NAMESPACE
from knowledge.stack_contract import ClusterContract, PoolContract
from settings.checks.nccl import check_pool_of_platform, check_share
from settings.checks.platform import check_entry, check_platform, platform_warnings
from settings.faults import Fault, SettingsError
from settings.tenant import TenantSettings


class Tenant(pulumi.ComponentResource):
    """What one stack has in the cluster of its platform."""

    outputs: dict[str, Any]
    """Everything to export, by name."""

    def __init__(
        self,
        name: str,
        settings: TenantSettings,
        facts: EksFacts,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Read the platform, then make what the settings ask for in its cluster."""
        super().__init__("eks-efa:cluster:Tenant", name, None, opts)
        options = pulumi.ResourceOptions(parent=self)
        self._settings = settings
        self._plan = plan_team(pulumi.get_stack(), settings, settings.team, facts) if settings.team else None
        own_pool = self._own_pool()
        demands = partial(_demands, self._plan, facts) if self._plan else None
        self._platform = Platform(settings.platform, demands, options)
        self.outputs = {"platform": settings.platform, "clusterName": self._platform.cluster_name}
        if self._plan is None and settings.nccl.pool is None:
            self.register_outputs({})
            return
        provider = cluster_provider(f"{name}-kubernetes", self._platform.kubeconfig, options)
        team: tuple[Team, ...] = ()
        if self._plan is not None:
            self._platform.cluster.apply(self._warn)
            args = TeamArgs(plan=self._plan, platform=self._platform, kubernetes_provider=provider)
            team = (Team(f"{name}-{self._plan.team.name}", args, options),)
            self.outputs |= team[0].outputs
        if settings.nccl.pool is not None:
            home = self._plan.team.home if self._plan else NAMESPACE
            test = NcclTestArgs(
                settings=settings.nccl,
                pool=own_pool or self._platform.pool(settings.nccl.pool, home, self._faults_of_pool),
                kubernetes_provider=provider,
                after=team,
                system_nodes=self._platform.system_nodes,
                namespace=self._plan.team.home if self._plan else None,
            )
            self.outputs["nccl"] = NcclTest(f"{name}-nccl", test, options).outputs
        self.register_outputs({})

    def _warn(self, cluster: ClusterContract) -> None:
        pools = self._plan.provisioners if self._plan else ()
        labels = {label for each in pools for label in device_labels(each.instance_types, each.interfaces)}
        for warning in platform_warnings(self._settings.platform, cluster, labels):
            pulumi.log.warn(str(warning))

    def _own_pool(self) -> PoolContract | None:
        """The pool to test where it is the team's own; pulumi.RunError where its share is too small."""
        for plan in self._plan.provisioners if self._plan else ():
            if plan.settings.name == self._settings.nccl.pool:
                pool = contract_of(plan)
                if faults := tuple(self._faults_of_share(pool)):
                    raise pulumi.RunError(str(SettingsError(faults)))
                return pool
        return None

    def _faults_of_pool(self, pool: PoolContract) -> Iterator[Fault]:
        yield from check_pool_of_platform(self._settings.nccl, pool)
        yield from self._faults_of_share(pool)

    def _faults_of_share(self, pool: PoolContract) -> Iterator[Fault]:
        if self._plan is not None:
            yield from check_share(self._settings.nccl, pool, self._plan.team.quota)


def _demands(plan: TeamPlan, facts: EksFacts, cluster: ClusterContract) -> Iterator[Fault]:
    """What a team finds wrong with its settings once it knows the cluster."""
    yield from check_platform(plan.settings, plan.region, cluster)
    yield from check_entry(plan.stack, plan.team, cluster, facts)
