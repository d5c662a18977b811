"""The root of the settings of a tenant: a stack that lives on the cluster of another, its platform."""

from pydantic import Field

from settings.nccl import NcclSettings
from settings.nodes import ProvisionerSettings
from settings.team import TeamSettings
from settings.tree import StackSettings

STACK_NAME = r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$"
"""Pulumi's name of a stack of any organization; without Pulumi Cloud the organization is `organization`."""


class TenantSettings(StackSettings):
    """A stack on the cluster of another takes `environment`, `sandbox`, `owner`, `tags`, `provisioners` and
    `nccl` besides, and nothing else: what there is to know of the cluster, the platform's outputs say."""

    platform: str = Field(pattern=STACK_NAME, examples=["acme/eks-efa-karpenter/prod"])
    """Stack whose cluster this one lives on, as `organization/project/stack`, instead of a `cluster` of its
    own."""
    team: TeamSettings | None = Field(default=None, examples=[{"name": "vision"}])
    """The team that the stack is for. None: the stack only tests one of the platform's pools."""
    provisioners: tuple[ProvisionerSettings, ...] = ()
    """The team's own provisioners. Their nodes carry the team's taint beside those that are given, so that
    nobody else's pods come there; each names its zone."""
    nccl: NcclSettings = NcclSettings()
    """The NCCL test of one of the team's own pools or of the platform's."""
