"""A security group that lets the internet in to SSH."""

import pulumi_aws as aws

TAGS = {"owner": "platform", "eks-efa/stack": "bad"}

group = aws.ec2.SecurityGroup("nodes", description="Nodes", vpc_id="vpc-1", tags=TAGS)
aws.vpc.SecurityGroupIngressRule(
    "ssh",
    security_group_id=group.id,
    description="SSH from everywhere",
    ip_protocol="tcp",
    from_port=22,
    to_port=22,
    cidr_ipv4="0.0.0.0/0",
    tags=TAGS,
)
