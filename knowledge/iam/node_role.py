"""What nodes may do: join the cluster, pull images, be reached by Session Manager.

The policies of the VPC CNI and of the EBS CSI driver are not the nodes' but go, by EKS Pod Identity, to the
two addons' own roles: a pod that gets at the node's credentials cannot rearrange the network or the disks of
others with them.
"""


def node_managed_policy_arns(partition: str) -> tuple[str, ...]:
    """ARNs of the AWS managed policies of the node role."""
    return (
        f"arn:{partition}:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        f"arn:{partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        f"arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore",
    )


def vpc_cni_managed_policy_arn(partition: str) -> str:
    """ARN of the managed policy of the vpc-cni addon's role (service account kube-system/aws-node)."""
    return f"arn:{partition}:iam::aws:policy/AmazonEKS_CNI_Policy"


def ebs_csi_managed_policy_arn(partition: str) -> str:
    """ARN of the managed policy of the EBS CSI driver's role (kube-system/ebs-csi-controller-sa)."""
    return f"arn:{partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
