"""A control plane that anybody may knock at."""

import pulumi_eks as eks

eks.Cluster(
    "open",
    name="open",
    version="1.35",
    authentication_mode=eks.AuthenticationMode.API,
    endpoint_private_access=True,
    endpoint_public_access=True,
    public_access_cidrs=["0.0.0.0/0"],
    enabled_cluster_log_types=["api", "audit", "authenticator", "controllerManager", "scheduler"],
    encryption_config_key_arn="arn:aws:kms:us-west-2:123456789012:key/1",
    deletion_protection=True,
    skip_default_node_group=True,
)
