"""Clusters that somebody else made, for the table of a region."""

from settings.cluster_facts import AddonFacts, ClusterFacts, NodeGroupFacts

VPC_ID = "vpc-0123456789abcdef0"
PRIVATE = {"us-west-2a": "subnet-000000000000000a1", "us-west-2b": "subnet-000000000000000b1"}
PUBLIC = {"us-west-2a": "subnet-000000000000000a2", "us-west-2b": "subnet-000000000000000b2"}
GROUP_ID = "sg-0123456789abcdef0"

LEGACY = ClusterFacts(
    name="legacy",
    arn="arn:aws:eks:us-west-2:123456789012:cluster/legacy",
    status="ACTIVE",
    version="1.36",
    endpoint="https://0123.gr7.us-west-2.eks.amazonaws.com",
    certificate_authority="Q0E=",
    oidc_issuer="https://oidc.eks.us-west-2.amazonaws.com/id/0123",
    vpc_id=VPC_ID,
    subnet_ids=(*PRIVATE.values(), *PUBLIC.values()),
    security_group_id=GROUP_ID,
    service_cidr="10.100.0.0/16",
    ip_family="ipv4",
    authentication_mode="API_AND_CONFIG_MAP",
)

ADDONS = {
    "vpc-cni": AddonFacts("v1.20.4-eksbuild.1", ""),
    "eks-pod-identity-agent": AddonFacts("v1.3.8-eksbuild.2", ""),
}

DEFAULT_GROUP = NodeGroupFacts(
    status="ACTIVE",
    desired_nodes=2,
    launch_template_id=None,
    instance_types=("m6i.xlarge",),
    taint_keys=(),
    tags={},
)
