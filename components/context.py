"""Where a stack lives and what it is called: the plain values that every component needs."""

from dataclasses import dataclass

from knowledge.discovery import DISCOVERY_TAG
from knowledge.node_names import STACK_TAG
from settings.facts import AwsFacts
from settings.tree import Settings


@dataclass(frozen=True)
class StackContext:
    """The account, the region and the names; nothing in here waits for a resource."""

    cluster_name: str
    kubernetes_version: str
    region: str
    account_id: str
    partition: str
    """`aws`, `aws-us-gov` or `aws-cn`; part of every ARN."""
    dns_suffix: str
    """Of service principals: `amazonaws.com`, in China `amazonaws.com.cn`."""
    key_deletion_days: int
    """How long a KMS key can be had back after its deletion: 7 days at least, 30 at most."""
    tags: dict[str, str]
    """On every resource that can have tags."""

    @classmethod
    def of(cls, stack: str, settings: Settings, facts: AwsFacts) -> "StackContext":
        """Gather the context of one stack; the project's own tags win over those in the settings."""
        return cls(
            cluster_name=settings.cluster.name,
            kubernetes_version=settings.cluster.version,
            region=facts.region,
            account_id=facts.account_id,
            partition=facts.partition,
            dns_suffix="amazonaws.com.cn" if facts.partition == "aws-cn" else "amazonaws.com",
            key_deletion_days=30 if settings.environment == "prod" else 7,
            tags={**settings.tags, "owner": settings.owner, STACK_TAG: stack},
        )

    def named(self, role: str, **more: str) -> dict[str, str]:
        """Tags with the `Name` that the EC2 console shows, such as `train-private-us-west-2a`."""
        return {**self.tags, **more, "Name": f"{self.cluster_name}-{role}"}

    @property
    def discovery(self) -> dict[str, str]:
        """The tag by which node classes made by hand find subnets and security groups."""
        return {DISCOVERY_TAG: self.cluster_name}
