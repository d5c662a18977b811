"""A picture of AWS: whatever a stack may leave there is seen, and what only tells the time is not."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.stranger.account import Account
from sandbox.stranger.aws_picture import aws_picture, plain
from sandbox.stranger.making import make
from sandbox.stranger.names import CLUSTER
from sandbox.stranger.pictures import Picture, differences
from tests.sandbox.stranger.fake_kubernetes import FakeKubernetes

DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


@pytest.fixture
def before(account: Account, kubernetes: FakeKubernetes) -> Picture:
    make(account, kubernetes, lambda _: None)
    return aws_picture(account)


def node_role(account: Account) -> str:
    return account.iam.get_role(RoleName="legacy-nodes")["Role"]["Arn"]


def cluster_group(account: Account) -> str:
    cluster = account.eks.describe_cluster(name=CLUSTER)["cluster"]
    return cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]


def tag_a_subnet(account: Account) -> None:
    subnet_id = account.find("legacy-private-us-west-2a") or ""
    account.ec2.create_tags(
        Resources=[subnet_id], Tags=[{"Key": "karpenter.sh/discovery", "Value": "legacy"}]
    )


def tag_the_cluster_group(account: Account) -> None:
    tags: Any = [{"Key": "karpenter.sh/discovery", "Value": "legacy"}]
    account.ec2.create_tags(Resources=[cluster_group(account)], Tags=tags)


def open_the_cluster_group(account: Account) -> None:
    rule: Any = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    account.ec2.authorize_security_group_ingress(GroupId=cluster_group(account), IpPermissions=rule)


def add_a_security_group(account: Account) -> None:
    vpc_id = account.find("legacy-vpc") or ""
    account.ec2.create_security_group(GroupName="efa", Description="EFA", VpcId=vpc_id)


def add_a_role(account: Account) -> None:
    account.iam.create_role(RoleName="added", AssumeRolePolicyDocument=DOCUMENT)


def attach_a_policy(account: Account) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    account.iam.attach_role_policy(RoleName="legacy-nodes", PolicyArn=arn)


def write_a_policy_into_a_role(account: Account) -> None:
    account.iam.put_role_policy(RoleName="legacy-nodes", PolicyName="added", PolicyDocument=DOCUMENT)


def add_a_policy(account: Account) -> None:
    account.iam.create_policy(PolicyName="added", PolicyDocument=DOCUMENT)


def add_an_instance_profile(account: Account) -> None:
    account.iam.create_instance_profile(InstanceProfileName="added")


def add_a_launch_template(account: Account) -> None:
    data: Any = {"InstanceType": "p4d.24xlarge"}
    account.ec2.create_launch_template(LaunchTemplateName="added", LaunchTemplateData=data)


def add_a_placement_group(account: Account) -> None:
    account.ec2.create_placement_group(GroupName="added", Strategy="cluster")


def add_a_queue(account: Account) -> None:
    account.sqs.create_queue(QueueName="added")


def add_a_rule(account: Account) -> None:
    account.events.put_rule(Name="added", EventPattern='{"source": ["aws.ec2"]}')


def add_a_log_group(account: Account) -> None:
    account.logs.create_log_group(logGroupName="added")


def let_a_role_in(account: Account) -> None:
    account.iam.create_role(RoleName="guest", AssumeRolePolicyDocument=DOCUMENT)
    arn = account.iam.get_role(RoleName="guest")["Role"]["Arn"]
    account.eks.create_access_entry(clusterName=CLUSTER, principalArn=arn, type="EC2_LINUX")


def give_a_service_account_a_role(account: Account) -> None:
    account.eks.create_pod_identity_association(
        clusterName=CLUSTER, namespace="kube-system", serviceAccount="karpenter", roleArn=node_role(account)
    )


def take_an_addon_away(account: Account) -> None:
    account.eks.delete_addon(clusterName=CLUSTER, addonName="coredns")


def grow_the_node_group(account: Account) -> None:
    account.eks.update_nodegroup_config(
        clusterName=CLUSTER, nodegroupName="default", scalingConfig={"desiredSize": 3}
    )


SEEN: dict[Callable[[Account], None], str] = {
    tag_a_subnet: "legacy-private-us-west-2a): Tags.karpenter.sh/discovery: added legacy",
    tag_the_cluster_group: "eks-cluster-sg-legacy): Tags.karpenter.sh/discovery: added legacy",
    open_the_cluster_group: "added    security group rule sgr-",
    add_a_security_group: "added    security group sg-",
    add_a_role: "added    role added",
    attach_a_policy: "role legacy-nodes: attached: added arn:aws:iam::aws:policy/AmazonSSM",
    write_a_policy_into_a_role: "role legacy-nodes: inline.added: added",
    add_a_policy: "added    policy added",
    add_an_instance_profile: "added    instance profile added",
    add_a_launch_template: "added    launch template lt-",
    add_a_placement_group: "added    placement group pg-",
    add_a_queue: "added    queue added",
    add_a_rule: "added    event rule added",
    add_a_log_group: "added    log group added",
    let_a_role_in: "added    access entry legacy role/guest",
    give_a_service_account_a_role: "added    pod identity legacy kube-system/karpenter",
    take_an_addon_away: "missing  addon legacy/coredns",
    grow_the_node_group: "added    instance i-",
}


@pytest.mark.parametrize("change", SEEN, ids=lambda change: change.__name__)
def test_whatever_is_added_or_taken_is_seen(
    account: Account, before: Picture, change: Callable[[Account], None]
) -> None:
    change(account)
    assert [line for line in differences(before, aws_picture(account)) if SEEN[change] in line]


def test_what_is_added_and_taken_away_again_leaves_no_trace(account: Account, before: Picture) -> None:
    tag_a_subnet(account)
    subnet_id = account.find("legacy-private-us-west-2a") or ""
    account.ec2.delete_tags(Resources=[subnet_id], Tags=[{"Key": "karpenter.sh/discovery"}])
    add_a_queue(account)
    account.sqs.delete_queue(QueueUrl=account.sqs.get_queue_url(QueueName="added")["QueueUrl"])
    grow_the_node_group(account)
    account.eks.update_nodegroup_config(
        clusterName=CLUSTER, nodegroupName="default", scalingConfig={"desiredSize": 2}
    )
    changed = differences(before, aws_picture(account))
    # The oldest instance went: what is left of it is that another has come.
    assert {line.split()[1] for line in changed} <= {"instance", "network", "volume"}


def test_an_addon_that_is_made_again_is_the_same(account: Account, before: Picture) -> None:
    take_an_addon_away(account)
    account.eks.create_addon(clusterName=CLUSTER, addonName="coredns", tags={"team": "web"})
    assert differences(before, aws_picture(account)) == []


def test_times_and_counts_are_left_out_and_tags_are_a_map() -> None:
    described = {
        "Id": "x",
        "LaunchTime": datetime.now(UTC),
        "AvailableIpAddressCount": 5,
        "Tags": [{"Key": "a", "Value": "b"}],
        "Parts": [{"AttachTime": datetime.now(UTC), "Size": 1}],
    }
    assert plain(described) == {"Id": "x", "Tags": {"a": "b"}, "Parts": [{"Size": 1}]}
