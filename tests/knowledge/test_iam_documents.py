import json
import re

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.policy_validation import IAMPolicyDocumentValidator

from knowledge.iam.cluster_autoscaler import cluster_autoscaler_policy
from knowledge.iam.deployer import DeployerScope, deployer_policies
from knowledge.iam.deployer_actions import AROUND, CLUSTER, IDENTITY, NETWORK
from knowledge.iam.document import PolicyDocument, dns_suffix, document, length
from knowledge.iam.flow_logs import flow_log_policy, flow_log_trust
from knowledge.iam.karpenter_controller import KarpenterScope, controller_policies
from knowledge.iam.kms import log_key_policy, secrets_key_policy
from knowledge.iam.node_role import (
    ebs_csi_managed_policy_arn,
    node_managed_policy_arns,
    vpc_cni_managed_policy_arn,
)
from knowledge.iam.queue import interruption_queue_policy
from knowledge.iam.trust import ec2_trust, pod_identity_trust
from tests.knowledge.aws_service_models import is_action

ACCOUNT = "123456789012"


def every_document(partition: str = "aws", region: str = "us-west-2") -> dict[str, PolicyDocument]:
    def arn(service: str, resource: str) -> str:
        return f"arn:{partition}:{service}:{region}:{ACCOUNT}:{resource}"

    node_role = f"arn:{partition}:iam::{ACCOUNT}:role/node"
    scope = KarpenterScope(partition, region, ACCOUNT, "train", node_role, arn("sqs", "train"))
    everything = {*AROUND, *CLUSTER, *IDENTITY, *NETWORK}
    deploying = deployer_policies(everything, DeployerScope(partition, region, ACCOUNT, "train"))
    deployers = {f"deployer {concern}": policy for concern, policy in deploying.items()}
    return (
        controller_policies(scope)
        | deployers
        | {
            "ec2 trust": ec2_trust(dns_suffix(partition)),
            "pod identity trust": pod_identity_trust(
                arn("eks", "cluster/train"), ACCOUNT, "kube-system", "karpenter"
            ),
            "queue": interruption_queue_policy(arn("sqs", "train")),
            "secrets key": secrets_key_policy(partition, ACCOUNT, region),
            "log key": log_key_policy(partition, ACCOUNT, region),
            "flow log trust": flow_log_trust(partition, ACCOUNT, region),
            "flow log": flow_log_policy(arn("logs", "log-group:/vpc/train")),
            "cluster autoscaler": cluster_autoscaler_policy(partition, region, ACCOUNT, "train"),
        }
    )


DOCUMENTS = pytest.mark.parametrize(("name", "policy"), every_document().items(), ids=list(every_document()))


@DOCUMENTS
def test_every_statement_has_a_sid_of_its_own_that_iam_takes(name: str, policy: PolicyDocument) -> None:
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert len(set(sids)) == len(sids)
    assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in sids)


@DOCUMENTS
def test_every_action_is_one_that_aws_knows(name: str, policy: PolicyDocument) -> None:
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    assert actions
    # Whole services are named where a key's own account decides, and where everything is denied.
    assert [each for each in actions if not is_action(each) and each not in {"kms:*", "sqs:*"}] == []


@DOCUMENTS
def test_every_document_keeps_the_grammar_of_policies(name: str, policy: PolicyDocument) -> None:
    without_principals = [
        {"Resource": "*"} | {key: value for key, value in statement.items() if key != "Principal"}
        for statement in policy["Statement"]
    ]
    IAMPolicyDocumentValidator(json.dumps(document(*without_principals))).validate()


@DOCUMENTS
def test_no_allowance_is_for_everything_without_a_condition(name: str, policy: PolicyDocument) -> None:
    unconditional = {
        statement["Sid"]
        for statement in policy["Statement"]
        if statement.get("Resource") == "*" and "Condition" not in statement
    }
    assert unconditional <= {
        "AllowTheAccountToDecideByIam",
        "AllowPricingReadActions",
        "AllowUnscopedInstanceProfileListAction",
    }


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_arns_are_of_the_partition_they_are_asked_for(partition: str, region: str) -> None:
    text = json.dumps(every_document(partition, region))
    assert set(re.findall(r"arn:([^:]+):", text)) == {partition}
    assert "us-west-2" not in text


@pytest.mark.parametrize(("partition", "suffix"), [("aws", "amazonaws.com"), ("aws-cn", "amazonaws.com.cn")])
def test_regional_principals_have_the_partitions_suffix(partition: str, suffix: str) -> None:
    principals = [
        statement["Principal"]["Service"]
        for policy in (ec2_trust(dns_suffix(partition)), log_key_policy(partition, ACCOUNT, "r"))
        for statement in policy["Statement"]
        if "Service" in statement["Principal"]
    ]
    assert principals == [f"ec2.{suffix}", f"logs.r.{suffix}"]


def test_managed_policies_are_ones_that_aws_has() -> None:
    policies = json.loads(aws_managed_policies_data)
    known = {f"arn:aws:iam::aws:policy{policy['Path']}{name}" for name, policy in policies.items()}
    wanted = {
        *node_managed_policy_arns("aws"),
        vpc_cni_managed_policy_arn("aws"),
        ebs_csi_managed_policy_arn("aws"),
    }
    assert wanted <= known


def test_nodes_may_not_touch_the_network_of_others() -> None:
    assert vpc_cni_managed_policy_arn("aws") not in node_managed_policy_arns("aws")


def test_a_pod_identity_role_is_for_one_service_account_of_one_cluster() -> None:
    cluster = f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/train"
    (statement,) = pod_identity_trust(cluster, ACCOUNT, "kube-system", "karpenter")["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-arn": cluster,
        "aws:RequestTag/kubernetes-namespace": "kube-system",
        "aws:RequestTag/kubernetes-service-account": "karpenter",
    }


def test_only_rules_and_queues_of_the_same_account_and_region_may_send_interruptions() -> None:
    allowed = interruption_queue_policy(f"arn:aws:sqs:us-west-2:{ACCOUNT}:train")["Statement"][:2]
    assert [
        (each["Principal"]["Service"], each["Condition"]["ArnLike"]["aws:SourceArn"]) for each in allowed
    ] == [
        ("events.amazonaws.com", f"arn:aws:events:us-west-2:{ACCOUNT}:rule/*"),
        ("sqs.amazonaws.com", f"arn:aws:sqs:us-west-2:{ACCOUNT}:*"),
    ]


def test_the_queue_denies_whatever_comes_without_tls() -> None:
    denial = interruption_queue_policy(f"arn:aws:sqs:us-west-2:{ACCOUNT}:train")["Statement"][2]
    assert (denial["Effect"], denial["Principal"], denial["Action"]) == ("Deny", "*", ["sqs:*"])
    assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_log_group_arn_may_come_with_its_star() -> None:
    group = f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group:/vpc/train"
    assert flow_log_policy(f"{group}:*") == flow_log_policy(group)
    assert flow_log_policy(group)["Statement"][0]["Resource"] == [group, f"{group}:*"]


def test_the_length_of_a_policy_leaves_white_space_out() -> None:
    assert length({"Version": "2012-10-17", "Statement": []}) == len(
        '{"Version":"2012-10-17","Statement":[]}'
    )
