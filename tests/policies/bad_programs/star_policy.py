"""A role that may do everything."""

import json

import pulumi_aws as aws

aws.iam.Policy(
    "everything",
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}],
        }
    ),
    tags={"owner": "platform", "eks-efa/stack": "bad"},
)
