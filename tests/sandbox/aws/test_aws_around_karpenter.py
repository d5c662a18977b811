"""What Karpenter needs beside launches: queue, events, instance profiles, launch templates, clean removal."""

import json
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

EVENTS = [
    ("aws.health", "AWS Health Event"),
    ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    ("aws.ec2", "EC2 Instance State-change Notification"),
    ("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"),
]


@pytest.fixture
def queue(aws: Any) -> str:
    """Karpenter's interruption queue behind its five rules; returns the URL."""
    url = str(
        aws.sqs.create_queue(
            QueueName="train", Attributes={"MessageRetentionPeriod": "300", "SqsManagedSseEnabled": "true"}
        )["QueueUrl"]
    )
    arn = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for index, (source, detail_type) in enumerate(EVENTS):
        pattern = json.dumps({"source": [source], "detail-type": [detail_type]})
        aws.events.put_rule(
            Name=f"rule-{index}", EventPattern=pattern, Tags=[{"Key": "owner", "Value": "me"}]
        )
        aws.events.put_targets(Rule=f"rule-{index}", Targets=[{"Id": "queue", "Arn": arn}])
    return url


@pytest.fixture
def received(aws: Any, queue: str) -> Callable[[], list[tuple[str, str]]]:
    """Empties the queue: detail type, and state or action, of every message."""

    def receive() -> list[tuple[str, str]]:
        found = []
        while messages := aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                event = json.loads(message["Body"])
                found.append(
                    (event["detail-type"], event["detail"].get("state") or event["detail"]["instance-action"])
                )
                aws.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    return receive


def test_a_long_poll_keeps_nobody_else_waiting(aws: Any, queue: str) -> None:
    answers: list[Any] = []

    def poll() -> None:
        answers.append(aws.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20))

    poller = Thread(target=poll)
    poller.start()
    began = time.monotonic()
    aws.ec2.describe_vpcs()
    aws.events.put_events(
        Entries=[
            {
                "Source": "aws.health",
                "DetailType": "AWS Health Event",
                "Detail": json.dumps({"service": "EC2"}),
            }
        ]
    )
    poller.join(timeout=10)
    assert time.monotonic() - began < 10
    assert json.loads(answers[0]["Messages"][0]["Body"])["detail"] == {"service": "EC2"}


def test_changes_of_state_reach_the_queue(aws: Any, received: Any, template: Any, fleet: Any) -> None:
    aws.control("PUT", "faults", {"boot_delay_seconds": 10})
    fleet(template(), "g5.8xlarge")
    assert received() == [("EC2 Instance State-change Notification", "pending")]
    aws.clock.advance(seconds=10)
    [instance] = aws.instances()
    aws.control("POST", "interrupt", {"instance_id": instance["instance_id"]})
    assert received() == [
        ("EC2 Instance State-change Notification", "running"),
        ("EC2 Instance State-change Notification", "terminated"),
    ]


def test_a_spot_interruption_is_announced_two_minutes_ahead(
    aws: Any, received: Any, template: Any, fleet: Any
) -> None:
    fleet(template(), "g5.8xlarge", capacity_type="spot")
    received()
    instance_id = aws.instances()[0]["instance_id"]
    aws.control("POST", "interrupt", {"instance_id": instance_id, "kind": "spot"})
    assert received() == [("EC2 Spot Instance Interruption Warning", "terminate")]
    aws.clock.advance(seconds=119)
    assert len(aws.instances()) == 1
    aws.clock.advance(seconds=1)
    assert aws.instances() == []
    assert received() == [("EC2 Instance State-change Notification", "terminated")]


def test_instance_profiles_are_listed_below_a_path_only(aws: Any, role: Any) -> None:
    role("node")
    for uid in ("one", "two"):
        aws.iam.create_instance_profile(
            InstanceProfileName=uid,
            Path=f"/karpenter/us-west-2/train/{uid}/",
            Tags=[{"Key": "a", "Value": "b"}],
        )
        aws.iam.add_role_to_instance_profile(InstanceProfileName=uid, RoleName="node")
    pages = aws.iam.get_paginator("list_instance_profiles").paginate(
        PathPrefix="/karpenter/us-west-2/train/one/"
    )
    profiles = [one for page in pages for one in page["InstanceProfiles"]]
    assert [(one["InstanceProfileName"], one["Roles"][0]["RoleName"]) for one in profiles] == [
        ("one", "node")
    ]
    assert len(aws.iam.list_instance_profiles()["InstanceProfiles"]) == 2


def test_all_launch_templates_are_found_by_tag_however_many(aws: Any) -> None:
    for index in range(25):
        aws.ec2.create_launch_template(
            LaunchTemplateName=f"karpenter.k8s.aws/{index}",
            LaunchTemplateData={"ImageId": "ami-1"},
            TagSpecifications=[
                {
                    "ResourceType": "launch-template",
                    "Tags": [
                        {
                            "Key": "karpenter.k8s.aws/ec2nodeclass",
                            "Value": "even" if index % 2 == 0 else "odd",
                        }
                    ],
                }
            ],
        )
    filters = [{"Name": "tag:karpenter.k8s.aws/ec2nodeclass", "Values": ["even"]}]
    assert len(aws.ec2.describe_launch_templates(Filters=filters)["LaunchTemplates"]) == 13
    pages = list(
        aws.ec2.get_paginator("describe_launch_templates").paginate(PaginationConfig={"PageSize": 10})
    )
    assert [len(page["LaunchTemplates"]) for page in pages] == [10, 10, 5]
    with pytest.raises(ClientError, match=r"InvalidLaunchTemplateName\.NotFoundException"):
        aws.ec2.describe_launch_templates(LaunchTemplateNames=["karpenter.k8s.aws/absent"])


@pytest.mark.parametrize(
    ("which", "code"),
    [
        ({"LaunchTemplateName": "absent"}, "InvalidLaunchTemplateName.NotFoundException"),
        ({"LaunchTemplateId": "lt-0123456789abcdef0"}, "InvalidLaunchTemplateId.NotFound"),
    ],
)
def test_deleting_a_launch_template_that_is_gone_is_told_by_what_was_given(
    aws: Any, which: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as told:
        aws.ec2.delete_launch_template(**which)
    assert told.value.response["Error"]["Code"] == code


def test_a_launch_template_gets_new_versions_and_a_new_default(aws: Any) -> None:
    data = {
        "ImageId": "ami-1",
        "UserData": "Tm9kZUNvbmZpZw==",
        "NetworkInterfaces": [{"NetworkCardIndex": 1, "DeviceIndex": 0, "InterfaceType": "efa-only"}],
    }
    made = aws.ec2.create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData=data)[
        "LaunchTemplate"
    ]
    which = {"LaunchTemplateId": made["LaunchTemplateId"]}
    aws.ec2.create_launch_template_version(**which, LaunchTemplateData={**data, "ImageId": "ami-2"})
    aws.ec2.modify_launch_template(**which, DefaultVersion="2")
    versions = aws.ec2.describe_launch_template_versions(**which)["LaunchTemplateVersions"]
    assert [one["LaunchTemplateData"] for one in versions] == [data, {**data, "ImageId": "ami-2"}]
    [described] = aws.ec2.describe_launch_templates(LaunchTemplateIds=[made["LaunchTemplateId"]])[
        "LaunchTemplates"
    ]
    assert (described["DefaultVersionNumber"], described["LatestVersionNumber"]) == (2, 2)
    aws.ec2.delete_launch_template(**which)
    assert aws.ec2.describe_launch_templates()["LaunchTemplates"] == []


def test_a_group_or_subnet_in_use_cannot_be_removed(
    aws: Any, network: Any, template: Any, fleet: Any
) -> None:
    fleet(template(), "g5.8xlarge", zones="a")
    with pytest.raises(ClientError, match="DependencyViolation"):
        aws.ec2.delete_security_group(GroupId=network.group_id)
    with pytest.raises(ClientError, match="DependencyViolation"):
        aws.ec2.delete_subnet(SubnetId=network.subnets["us-west-2a"])
    aws.ec2.terminate_instances(InstanceIds=[aws.instances()[0]["instance_id"]])
    other = aws.ec2.create_security_group(GroupName="other", Description="d", VpcId=network.vpc_id)["GroupId"]
    named = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network.group_id}]}]
    aws.ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=named)
    with pytest.raises(ClientError, match="DependencyViolation"):
        aws.ec2.delete_security_group(GroupId=network.group_id)
    aws.ec2.delete_security_group(GroupId=other)
    aws.ec2.delete_security_group(GroupId=network.group_id)
    aws.ec2.delete_subnet(SubnetId=network.subnets["us-west-2a"])


def test_the_rest_of_karpenters_infrastructure_can_be_made_and_removed(aws: Any, queue: str) -> None:
    statement = {"Sid": "Read", "Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    assert aws.sqs.get_queue_url(QueueName="train")["QueueUrl"] == queue
    role = aws.iam.create_role(
        RoleName="controller", AssumeRolePolicyDocument=json.dumps(policy), Tags=[{"Key": "a", "Value": "b"}]
    )["Role"]
    made = aws.iam.create_policy(PolicyName="node-lifecycle", PolicyDocument=json.dumps(policy))["Policy"]
    aws.iam.attach_role_policy(RoleName="controller", PolicyArn=made["Arn"])
    managed = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    aws.iam.attach_role_policy(RoleName="controller", PolicyArn=managed)
    aws.iam.put_role_policy(RoleName="controller", PolicyName="inline", PolicyDocument=json.dumps(policy))
    attached = aws.iam.list_attached_role_policies(RoleName="controller")["AttachedPolicies"]
    assert {one["PolicyArn"] for one in attached} == {made["Arn"], managed}
    assert aws.iam.get_role(RoleName="controller")["Role"]["Arn"] == role["Arn"]
    key = aws.kms.create_key(Description="secrets", Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]
    aws.kms.create_alias(AliasName="alias/train", TargetKeyId=key["KeyId"])
    aws.kms.enable_key_rotation(KeyId=key["KeyId"])
    assert aws.kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]

    provider = aws.iam.create_open_id_connect_provider(
        Url="https://oidc.eks.us-west-2.amazonaws.com/id/ABC", ClientIDList=["sts.amazonaws.com"]
    )["OpenIDConnectProviderArn"]
    aws.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)

    aws.kms.delete_alias(AliasName="alias/train")
    aws.kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    for arn in (made["Arn"], managed):
        aws.iam.detach_role_policy(RoleName="controller", PolicyArn=arn)
    aws.iam.delete_role_policy(RoleName="controller", PolicyName="inline")
    aws.iam.delete_policy(PolicyArn=made["Arn"])
    aws.iam.delete_role(RoleName="controller")
    for index in range(len(EVENTS)):
        aws.events.remove_targets(Rule=f"rule-{index}", Ids=["queue"])
        aws.events.delete_rule(Name=f"rule-{index}")
    aws.sqs.delete_queue(QueueUrl=queue)
    with pytest.raises(ClientError, match=r"QueueDoesNotExist|NonExistentQueue"):
        aws.sqs.get_queue_url(QueueName="train")
