"""Where Karpenter's controller may act, and how its statements say so."""

from dataclasses import dataclass

Condition = dict[str, str | list[str]]


@dataclass(frozen=True)
class KarpenterScope:
    """The one cluster, in one account and region, that the controller may act on."""

    partition: str
    """`aws`, `aws-cn` or `aws-us-gov`."""
    region: str
    account_id: str
    cluster_name: str
    node_role_arn: str
    queue_arn: str
    """Interruption queue."""

    @property
    def cluster_arn(self) -> str:
        """The cluster."""
        return f"arn:{self.partition}:eks:{self.region}:{self.account_id}:cluster/{self.cluster_name}"

    @property
    def instance_profiles(self) -> str:
        """Any instance profile of the account: Karpenter makes and names them itself."""
        return f"arn:{self.partition}:iam::{self.account_id}:instance-profile/*"

    def own(self, *kinds: str) -> list[str]:
        """EC2 resources of these kinds that are the account's own, as everything is that Karpenter makes."""
        return [f"arn:{self.partition}:ec2:{self.region}:{self.account_id}:{kind}/*" for kind in kinds]

    def anyones(self, *kinds: str) -> list[str]:
        """EC2 resources of these kinds in any account: subnets, reservations and the like may be shared
        ones."""
        return [f"arn:{self.partition}:ec2:{self.region}:*:{kind}/*" for kind in kinds]

    def public(self, *kinds: str) -> list[str]:
        """Images and snapshots, whose ARNs have no account."""
        return [f"arn:{self.partition}:ec2:{self.region}::{kind}/*" for kind in kinds]

    def cluster_tag(self, of: str) -> Condition:
        """The cluster's tag `of` the `RequestTag` or the `ResourceTag`."""
        return {f"aws:{of}/kubernetes.io/cluster/{self.cluster_name}": "owned"}

    def region_tag(self, of: str) -> Condition:
        """The tag that instance profiles, which know no region, carry for it."""
        return {f"aws:{of}/topology.kubernetes.io/region": self.region}

    @property
    def new_cluster_tags(self) -> Condition:
        """Both tags that name the cluster on whatever is made."""
        return {
            **self.cluster_tag("RequestTag"),
            "aws:RequestTag/eks:eks-cluster-name": self.cluster_name,
        }
