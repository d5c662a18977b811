"""Which stacks there are, and whether one lives in the sandbox or on AWS: what every verb must know first."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from knowledge.nccl_job import NAMESPACE as NCCL_NAMESPACE
from sandbox.environment import without_credentials
from sandbox.paths import REPOSITORY, SandboxPaths
from settings.examine import Surroundings, examine
from settings.faults import Fault
from settings.json_schema import PROJECT
from settings.neighbours import neighbours_of, platform_admins
from settings.stack_file import StackFile, read_stack_file, stacks_in
from settings.tenant import TenantSettings
from settings.tree import Settings


@dataclass(frozen=True)
class Stack:
    """A stack that has a file."""

    name: str
    file: StackFile

    @property
    def sandbox(self) -> bool:
        """Whether the stack says `sandbox: true`, and so never reaches AWS."""
        return self.file.raw.get("sandbox") is True

    @property
    def has_karpenter(self) -> bool:
        """Whether Karpenter brings the stack's nodes, and not Cluster Autoscaler alone."""
        return self.file.raw.get("autoscaler") != "cluster-autoscaler"

    @property
    def region(self) -> str:
        """AWS region, emulated or real."""
        return self.file.region or "us-west-2"

    @property
    def platform(self) -> str | None:
        """Name, without organization and project, of the stack whose cluster this one lives on."""
        platform = self.file.raw.get("platform")
        return platform.rpartition("/")[2] if isinstance(platform, str) and platform else None

    @property
    def nccl_namespace(self) -> str:
        """Namespace of its NCCL test: a team's is the team's own."""
        team = self.file.raw.get("team")
        named = (team.get("namespace") or team.get("name")) if isinstance(team, dict) else None
        return named if isinstance(named, str) else NCCL_NAMESPACE

    @property
    def adopted_cluster(self) -> str | None:
        """Name of the cluster of somebody else's that the stack lives on."""
        cluster = self.file.raw.get("cluster")
        adopts = isinstance(cluster, dict) and cluster.get("existing") is not None
        return str(cluster.get("name")) if isinstance(cluster, dict) and adopts else None

    @property
    def cluster_name(self) -> str | None:
        """Name of the EKS cluster that it makes or adopts; None for a tenant, whose platform knows."""
        cluster = self.file.raw.get("cluster")
        named = cluster.get("name") if isinstance(cluster, dict) else None
        return named if isinstance(named, str) and self.platform is None else None

    @property
    def own_cluster(self) -> str | None:
        """Name of the EKS cluster that it makes, and that goes with it; None where it lives on another's."""
        return self.cluster_name if self.adopted_cluster is None else None

    @property
    def is_protected(self) -> bool:
        """Whether the settings say that the cluster, and what runs in it, is not to be taken away."""
        cluster = self.file.raw.get("cluster")
        return isinstance(cluster, dict) and cluster.get("deletionProtection") is True

    def environment(self) -> Mapping[str, str]:
        """What the program would run in: the user's environment, or a sandbox's, which leads nowhere."""
        return without_credentials(SandboxPaths.from_environment()) if self.sandbox else os.environ

    def examine(
        self, warn: Callable[[Fault], None] | None = None, *, deploys: bool = False
    ) -> Settings | TenantSettings:
        """The settings, checked without asking AWS; raises SettingsError with every fault.

        The program warns too when it is run, so only a verb that does not run it takes `warn`. `deploys` is
        for one that is going to make what they say.
        """
        surroundings = Surroundings(
            region=self.file.region,
            environ=self.environment(),
            facts=None,
            aws=self.file.aws,
            stack=self.name,
            neighbours=neighbours_of(REPOSITORY, PROJECT, self.name),
            admins_of=partial(platform_admins, REPOSITORY, PROJECT),
            warn=warn,
            deploys=deploys,
        )
        return examine(self.file.raw, surroundings)


def stack_names(repository: Path = REPOSITORY) -> tuple[str, ...]:
    """Names of all stacks that have a file."""
    return stacks_in(repository)


def find_stack(name: str, repository: Path = REPOSITORY) -> Stack:
    """The stack of that name; raises StackFileError, naming those that exist where it does not."""
    return Stack(name, read_stack_file(repository, name, PROJECT))
