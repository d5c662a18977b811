"""What nodes may do: join the cluster, pull images, be reached by Session Manager.

The policies of the VPC CNI and of the EBS CSI driver are not the nodes' but go, by EKS Pod Identity, to the
two addons' own roles: a pod that gets at the node's credentials cannot rearrange the network or the disks of
others with them. In a cluster that somebody else made, the VPC CNI may have no role of its own, which is EKS'
default: then it goes by the nodes', and without its policy there no node becomes Ready.
"""


def node_managed_policy_arns(partition: str, *, with_vpc_cni: bool = False) -> tuple[str, ...]:
    """ARNs of the AWS managed policies of the node role; `with_vpc_cni` where the CNI goes by that role.

    https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
    """
    return (
        f"arn:{partition}:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        f"arn:{partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        f"arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore",
        *((vpc_cni_managed_policy_arn(partition),) if with_vpc_cni else ()),
    )


def vpc_cni_managed_policy_arn(partition: str) -> str:
    """ARN of the managed policy of the vpc-cni addon's role (service account kube-system/aws-node)."""
    return f"arn:{partition}:iam::aws:policy/AmazonEKS_CNI_Policy"


def ebs_csi_managed_policy_arn(partition: str) -> str:
    """ARN of the managed policy of the EBS CSI driver's role (kube-system/ebs-csi-controller-sa)."""
    return f"arn:{partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
