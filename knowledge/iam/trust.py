"""Who may assume a role: the instances of EC2, and one service account by EKS Pod Identity."""

from knowledge.iam.document import PolicyDocument, document


def ec2_trust(dns_suffix: str) -> PolicyDocument:
    """For a node role. `dns_suffix` is the partition's (`aws.get_partition`), since EC2's principal
    differs in China."""
    return document(
        {
            "Sid": "AllowInstancesToTakeTheNodeRole",
            "Effect": "Allow",
            "Principal": {"Service": f"ec2.{dns_suffix}"},
            "Action": ["sts:AssumeRole"],
        }
    )


def pod_identity_trust(
    cluster_arn: str, account_id: str, namespace: str, service_account: str
) -> PolicyDocument:
    """For the role of one service account of one cluster.

    The conditions are on session tags that EKS Pod Identity sets of itself (EKS user guide, pod-id-role and
    pod-id-abac): an association made elsewhere in the account, whoever makes it, cannot take this role.
    """
    return document(
        {
            "Sid": "AllowPodIdentityOfOneServiceAccount",
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            # TagSession, since the session carries those tags.
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {
                    "aws:RequestTag/eks-cluster-arn": cluster_arn,
                    "aws:RequestTag/kubernetes-namespace": namespace,
                    "aws:RequestTag/kubernetes-service-account": service_account,
                },
                # The guide does not promise this key: it narrows where it is set and does no harm where not.
                "StringEqualsIfExists": {"aws:SourceAccount": account_id},
            },
        }
    )
