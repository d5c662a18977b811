"""Key policies: the account's IAM decides who administers, one service uses."""

from knowledge.iam.document import PolicyDocument, Statement, dns_suffix, document

USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]


def secrets_key_policy(partition: str, account_id: str, region: str) -> PolicyDocument:
    """For the key that EKS encrypts Kubernetes Secrets with.

    EKS works by a grant that it makes, at cluster creation, in the name of whoever creates the cluster: that
    principal alone needs CreateGrant, and only through EKS.
    """
    through_eks = {"kms:ViaService": f"eks.{region}.{dns_suffix(partition)}", "kms:CallerAccount": account_id}
    return document(
        _account_decides(partition, account_id),
        {
            "Sid": "AllowUseThroughEks",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": USE,
            "Resource": "*",
            "Condition": {"StringEquals": through_eks},
        },
        {
            "Sid": "AllowEksToKeepItsGrant",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["kms:CreateGrant"],
            "Resource": "*",
            "Condition": {"StringEquals": through_eks, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    )


def log_key_policy(partition: str, account_id: str, region: str) -> PolicyDocument:
    """For a key that CloudWatch Logs encrypts log groups of this account and region with.

    The encryption context is the log group's ARN (CloudWatch Logs user guide, encrypt-log-data-kms).
    """
    log_groups = f"arn:{partition}:logs:{region}:{account_id}:log-group:*"
    return document(
        _account_decides(partition, account_id),
        {
            "Sid": "AllowCloudWatchLogsToEncrypt",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.{dns_suffix(partition)}"},
            "Action": USE,
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        },
    )


def _account_decides(partition: str, account_id: str) -> Statement:
    """Without it nobody could ever change the key again (KMS developer guide, key-policy-default).

    In a key policy `Resource: *` is this key.
    """
    return {
        "Sid": "AllowTheAccountToDecideByIam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
        "Action": ["kms:*"],
        "Resource": "*",
    }
