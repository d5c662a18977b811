"""IAM, KMS, CloudWatch, EventBridge, SQS and ECR, as far as they are more than create and delete."""

import json

import pytest
from botocore.exceptions import ClientError

from sandbox.engine.world import World
from tests.sandbox.engine.handlers.scenario import TRUST, make, policy_document, role, unique


def test_a_policy_may_change_more_often_than_iam_keeps_versions(world: World) -> None:
    made = make(world, "aws:iam/policy:Policy", policy=policy_document("s3:A"))
    for number in range(8):
        made.update(policy=policy_document(f"s3:B{number}"))
    versions = world.iam.list_policy_versions(PolicyArn=made.id)["Versions"]
    assert len(versions) <= 5
    default = next(version["VersionId"] for version in versions if version["IsDefaultVersion"])
    document = world.iam.get_policy_version(PolicyArn=made.id, VersionId=default)["PolicyVersion"]["Document"]
    assert "s3:B7" in json.dumps(document)


def test_a_role_goes_with_everything_that_others_attached(world: World) -> None:
    made = role(world)
    policy = make(world, "aws:iam/policy:Policy", policy=policy_document("s3:A"))
    world.iam.attach_role_policy(RoleName=made.id, PolicyArn=policy.id)
    world.iam.put_role_policy(RoleName=made.id, PolicyName="inline", PolicyDocument=policy_document("s3:B"))
    world.iam.create_instance_profile(InstanceProfileName=f"karpenter-{made.id}")
    world.iam.add_role_to_instance_profile(InstanceProfileName=f"karpenter-{made.id}", RoleName=made.id)
    made.delete()
    assert made.found() is None


def test_policies_given_in_a_role_come_and_go(world: World) -> None:
    policy = make(world, "aws:iam/policy:Policy", policy=policy_document("s3:A"))
    made = make(world, "aws:iam/role:Role", assumeRolePolicy=TRUST, managedPolicyArns=[policy.id])
    made.update(managedPolicyArns=None)
    assert world.iam.list_attached_role_policies(RoleName=made.id)["AttachedPolicies"] == []


def test_a_policy_that_is_still_attached_can_be_deleted(world: World) -> None:
    policy = make(world, "aws:iam/policy:Policy", policy=policy_document("s3:A"))
    world.iam.attach_role_policy(RoleName=role(world).id, PolicyArn=policy.id)
    policy.delete()
    assert policy.found() is None


def test_key_rotation_and_deletion_window(world: World) -> None:
    key = make(world, "aws:kms/key:Key", enableKeyRotation=True, deletionWindowInDays=7)
    assert world.kms.get_key_rotation_status(KeyId=key.id)["KeyRotationEnabled"] is True
    key.update(enableKeyRotation=False)
    assert world.kms.get_key_rotation_status(KeyId=key.id)["KeyRotationEnabled"] is False
    key.delete()
    assert world.kms.describe_key(KeyId=key.id)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_log_retention_can_be_set_and_lifted(world: World) -> None:
    group = make(world, "aws:cloudwatch/logGroup:LogGroup", retentionInDays=30)
    group.update(retentionInDays=None)
    found = world.logs.describe_log_groups(logGroupNamePrefix=group.id)["logGroups"][0]
    assert "retentionInDays" not in found
    assert group.outputs["arn"] == f"arn:aws:logs:us-west-2:123456789012:log-group:{group.id}"


def test_logs_are_kept_where_the_program_says_so(world: World) -> None:
    group = make(world, "aws:cloudwatch/logGroup:LogGroup", skipDestroy=True)
    group.delete()
    assert group.found() == group.id


def test_a_rule_sends_to_its_queue(world: World) -> None:
    queue = make(world, "aws:sqs/queue:Queue")
    rule = make(world, "aws:cloudwatch/eventRule:EventRule", eventPattern='{"source": ["aws.ec2"]}')
    target = make(
        world,
        "aws:cloudwatch/eventTarget:EventTarget",
        rule=rule.id,
        arn=queue.outputs["arn"],
        targetId="queue",
    )
    assert target.id == f"{rule.id}-queue"
    found = world.events.list_targets_by_rule(Rule=rule.id)["Targets"]
    assert [(one["Id"], one["Arn"]) for one in found] == [("queue", queue.outputs["arn"])]
    rule.delete()


def test_queue_attributes_are_words_and_a_policy_of_its_own_survives_an_update(world: World) -> None:
    queue = make(world, "aws:sqs/queue:Queue", messageRetentionSeconds=300, sqsManagedSseEnabled=True)
    policy = policy_document("sqs:SendMessage")
    make(world, "aws:sqs/queuePolicy:QueuePolicy", queueUrl=queue.id, policy=policy)
    queue.update(messageRetentionSeconds=400)
    attributes = world.sqs.get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "400"
    assert json.loads(attributes["Policy"]) == json.loads(policy)
    assert queue.outputs["url"] == queue.id
    assert queue.outputs["arn"].endswith(f":{queue.name}")


def test_a_repository_is_made_as_it_is_asked_for_and_tells_its_address(world: World) -> None:
    made = make(
        world,
        "aws:ecr/repository:Repository",
        name=unique("train/nccl"),
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfigurations=[{"encryptionType": "KMS"}],
    )
    (found,) = world.ecr.describe_repositories(repositoryNames=[made.id])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert found["encryptionConfiguration"]["encryptionType"] == "KMS"
    assert made.outputs["repositoryUrl"] == found["repositoryUri"]
    assert made.outputs["arn"] == found["repositoryArn"]


def test_a_repository_with_images_goes_only_if_the_program_says_so(world: World) -> None:
    kept = make(world, "aws:ecr/repository:Repository")
    media_type = "application/vnd.oci.image.manifest.v1+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media_type, "layers": []})
    world.ecr.put_image(repositoryName=kept.id, imageManifest=manifest, imageTag="v1")
    with pytest.raises(ClientError, match="still contains images"):
        kept.delete()
    kept.update(forceDelete=True)
    kept.delete()
    assert kept.found() is None
