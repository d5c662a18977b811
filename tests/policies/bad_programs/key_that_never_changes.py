"""A key that is never rotated, and open to anybody."""

import json

import pulumi_aws as aws

aws.kms.Key(
    "secrets",
    policy=json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}
    ),
    tags={"owner": "platform", "eks-efa/stack": "bad"},
)
