"""The root of the settings tree: everything that `Pulumi.<stack>.yaml` may say under this project's name."""

from typing import Literal

from pydantic import Field

from settings.base import Branch
from settings.cluster import ClusterSettings, SystemNodesSettings
from settings.karpenter import KarpenterSettings
from settings.network import NetworkSettings
from settings.nodes import NodeGroupSettings, ProvisionerSettings


class Settings(Branch):
    """All settings of one stack."""

    environment: Literal["dev", "prod"] = "dev"
    """How strict the checks are: `prod` wants pinned images, a NAT gateway a zone and deletion protection."""
    sandbox: bool = False
    """True for a stack that lives in the emulated AWS; the program then refuses any real endpoint, and
    every other stack refuses an emulated one."""
    owner: str = "platform"
    """Who answers for the stack; the tag `owner` on everything."""
    tags: dict[str, str] = Field(default={}, max_length=40)
    """Further tags on everything."""
    network: NetworkSettings = NetworkSettings()
    """The VPC."""
    cluster: ClusterSettings = Field(examples=[{"name": "train"}])
    """The control plane."""
    system_nodes: SystemNodesSettings = SystemNodesSettings()
    """Nodes for system pods."""
    node_groups: tuple[NodeGroupSettings, ...] = ()
    """EFA node groups, scaled by hand."""
    karpenter: KarpenterSettings = KarpenterSettings()
    """Which Karpenter runs, and how."""
    provisioners: tuple[ProvisionerSettings, ...] = ()
    """Provisioners, scaled by Karpenter."""
