"""What the services behind VPC endpoints are called, which in China is a matter of the service."""

_WITH_CHINAS_PREFIX = frozenset(
    [
        "application-autoscaling",
        "athena",
        "autoscaling",
        "backup",
        "batch",
        "cassandra",
        "cloudcontrolapi",
        "cloudformation",
        "databrew",
        "dms",
        "ebs",
        "ec2",
        "ecr.api",
        "ecr.dkr",
        "eks",
        "elasticache",
        "elasticbeanstalk",
        "elasticfilesystem",
        "elasticfilesystem-fips",
        "emr-containers",
        "execute-api",
        "fsx",
        "imagebuilder",
        "iot.data",
        "kinesis-streams",
        "lambda",
        "license-manager",
        "monitoring",
        "rds",
        "redshift",
        "redshift-data",
        "s3",
        "sagemaker.api",
        "sagemaker.featurestore-runtime",
        "sagemaker.runtime",
        "securityhub",
        "servicecatalog",
        "sqs",
        "states",
        "sts",
        "sync-states",
        "synthetics",
        "transfer",
        "xray",
    ]
)
"""Services whose interface endpoints are `cn.com.amazonaws.<region>.<service>` in both regions of China; the
others there, such as ssm, kms and logs, are named as everywhere. From what DescribeVpcEndpointServices lists
in cn-north-1 and cn-northwest-1: https://github.com/aws/aws-cdk/pull/25333"""


def gateway_service(region: str, service: str) -> str:
    """Name of the service behind a gateway endpoint, such as that of `s3`; the same in every partition."""
    return f"com.amazonaws.{region}.{service}"


def interface_service(partition: str, region: str, service: str) -> str:
    """Name of the service behind an interface endpoint, such as that of `ecr.api`."""
    name = f"com.amazonaws.{region}.{service}"
    return f"cn.{name}" if partition == "aws-cn" and service in _WITH_CHINAS_PREFIX else name
