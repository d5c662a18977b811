"""EKS makes the log group of a cluster again that has just gone, as it does on AWS."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

GROUP = "/aws/eks/logged/cluster"


def gone_cluster(aws: Any, network: Any, role: Any, **logging: Any) -> None:
    subnets = {"subnetIds": list(network.subnets.values())}
    aws.eks.create_cluster(name="logged", roleArn=role("plane"), resourcesVpcConfig=subnets, **logging)
    aws.eks.delete_cluster(name="logged")


def groups(aws: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    return found


LOGGED = {"clusterLogging": [{"types": ["api"], "enabled": True}]}


def test_the_group_of_a_cluster_that_is_gone_comes_back_once_without_retention(
    aws: Any, network: Any, role: Any
) -> None:
    aws.logs.create_log_group(logGroupName=GROUP, tags={"owner": "me"})
    aws.logs.put_retention_policy(logGroupName=GROUP, retentionInDays=90)
    gone_cluster(aws, network, role, logging=LOGGED)
    aws.logs.delete_log_group(logGroupName=GROUP)
    (again,) = groups(aws)
    assert "retentionInDays" not in again
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        aws.logs.create_log_group(logGroupName=GROUP)
    aws.logs.delete_log_group(logGroupName=GROUP)
    assert groups(aws) == []


def test_a_group_that_is_gone_before_its_cluster_comes_back_too(aws: Any, network: Any, role: Any) -> None:
    gone_cluster(aws, network, role, logging=LOGGED)
    assert [group["logGroupName"] for group in groups(aws)] == [GROUP]


def test_a_cluster_without_logs_brings_no_group_back(aws: Any, network: Any, role: Any) -> None:
    aws.logs.create_log_group(logGroupName=GROUP)
    gone_cluster(aws, network, role)
    aws.logs.delete_log_group(logGroupName=GROUP)
    assert groups(aws) == []
