"""The KMS keys of a stack: one for Kubernetes Secrets, one for log groups, both rotated every year.

A key of its own for each, because the two services that use them get no more than the one each needs.
"""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.iam.document import PolicyDocument
from knowledge.iam.kms import log_key_policy, secrets_key_policy


@dataclass(frozen=True)
class EncryptionKeysArgs:
    """What the keys are for."""

    context: StackContext
    secrets_key_arn: str | None = None
    """A key that exists, for Kubernetes Secrets; None makes one."""


class EncryptionKeys(pulumi.ComponentResource):
    """The customer-managed keys of one stack."""

    secrets_key_arn: pulumi.Output[str]
    logs_key_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EncryptionKeysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the keys that are not given."""
        super().__init__("eks-efa:security:EncryptionKeys", name, None, opts)
        context = args.context
        self._context = context
        where = (context.partition, context.account_id, context.region)
        if args.secrets_key_arn is None:
            secrets = self._key(f"{name}-secrets", "Kubernetes Secrets", secrets_key_policy(*where))
            self.secrets_key_arn = secrets.arn
        else:
            self.secrets_key_arn = pulumi.Output.from_input(args.secrets_key_arn)
        self.logs_key_arn = self._key(f"{name}-logs", "log groups", log_key_policy(*where)).arn
        self.register_outputs({"secretsKeyArn": self.secrets_key_arn, "logsKeyArn": self.logs_key_arn})

    def _key(self, name: str, encrypts: str, policy: PolicyDocument) -> aws.kms.Key:
        return aws.kms.Key(
            name,
            description=f"{encrypts} of EKS cluster {self._context.cluster_name}",
            enable_key_rotation=True,
            deletion_window_in_days=self._context.key_deletion_days,
            policy=json.dumps(policy),
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
