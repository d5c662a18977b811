import json
from typing import Any

import pytest

from tests.components.program_recording import run_program
from tests.components.recorded_run import Registered, Run, RunOf

RELEASE = "kubernetes:helm.sh/v3:Release"


def _values(run: Run) -> dict[str, Any]:
    values = run.one(RELEASE, "-controller").inputs["values"]
    return dict(values)


def test_both_charts_are_of_the_version_in_the_settings(built: Run) -> None:
    named = {release.inputs["name"]: release.inputs for release in built.of_type(RELEASE)}
    releases = {name: inputs for name, inputs in named.items() if name.startswith("karpenter")}
    assert set(releases) == {"karpenter", "karpenter-crd"}
    for name, release in releases.items():
        assert release["chart"] == f"oci://public.ecr.aws/karpenter/{name}"
        assert release["version"] == built.outputs["karpenterVersion"]
        assert release["namespace"] == "kube-system"


def test_the_main_chart_leaves_the_crds_to_the_crd_chart(built: Run) -> None:
    assert built.one(RELEASE, "-controller").inputs["skipCrds"] is True
    assert "skipCrds" not in built.one(RELEASE, "-crd").inputs


def test_the_controller_is_told_of_its_cluster_and_its_queue(built: Run) -> None:
    settings = _values(built)["settings"]
    assert settings["clusterName"] == built.outputs["clusterName"]
    assert settings["clusterEndpoint"] == built.outputs["clusterEndpoint"]
    assert settings["interruptionQueue"] == built.outputs["interruptionQueue"]
    assert settings["eksControlPlane"] is True


def test_the_controller_need_not_ask_the_node_for_its_region(built: Run) -> None:
    assert _values(built)["controller"]["env"] == [{"name": "AWS_REGION", "value": "us-west-2"}]


def test_the_controller_runs_on_system_nodes_only(built: Run) -> None:
    values = _values(built)
    required = values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = required["nodeSelectorTerms"]
    assert {"key": "eks-efa/system", "operator": "In", "values": ["true"]} in term["matchExpressions"]
    labels = built.one("aws:eks/nodeGroup:NodeGroup", "system-node-group").inputs["labels"]
    assert labels == {"eks-efa/system": "true"}
    assert {"key": "CriticalAddonsOnly", "operator": "Exists"} in values["tolerations"]


def test_the_service_account_is_the_one_that_has_the_role(built: Run) -> None:
    association = built.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert association["serviceAccount"] == _values(built)["serviceAccount"]["name"]
    assert association["namespace"] == built.one(RELEASE, "-controller").inputs["namespace"]
    assert association["roleArn"] == built.outputs["karpenterRoleArn"]


def test_options_and_feature_gates_become_values_of_the_chart() -> None:
    karpenter = {
        "replicas": 1,
        "batchIdleDuration": "3s",
        "reservedEnis": 1,
        "featureGates": {"staticCapacity": True, "reservedCapacity": False},
        "memory": "2Gi",
    }
    values = _values(run_program("dev", changes={"karpenter": karpenter, "provisioners": [], "nccl": {}}))
    assert values["replicas"] == 1
    assert values["settings"]["batchIdleDuration"] == "3s"
    assert values["settings"]["reservedENIs"] == "1"
    assert values["settings"]["featureGates"]["staticCapacity"] is True
    assert values["settings"]["featureGates"]["reservedCapacity"] is False
    assert values["controller"]["resources"]["limits"] == {"memory": "2Gi"}


def test_five_kinds_of_event_reach_an_encrypted_queue(built: Run) -> None:
    queue = built.one("aws:sqs/queue:Queue").inputs
    assert (queue["messageRetentionSeconds"], queue["sqsManagedSseEnabled"]) == (300, True)
    rules = built.of_type("aws:cloudwatch/eventRule:EventRule")
    targets = built.of_type("aws:cloudwatch/eventTarget:EventTarget")
    assert len(rules) == len(targets) == 5
    assert len({target.inputs["rule"] for target in targets}) == 5
    assert {target.inputs["arn"] for target in targets} == {_arn(built.one("aws:sqs/queue:Queue"))}


def test_the_queue_refuses_who_comes_without_tls(built: Run) -> None:
    policy = json.loads(built.one("aws:sqs/queuePolicy:QueuePolicy").inputs["policy"])
    denied = [each for each in policy["Statement"] if each["Effect"] == "Deny"]
    assert any(each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for each in denied)


def test_no_policy_allows_every_action(built: Run) -> None:
    policies = [
        resource.inputs["policy"]
        for type_ in ("aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy")
        for resource in built.of_type(type_)
    ]
    assert len(policies) >= 7
    for statement in _statements(policies):
        assert statement["Sid"]
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert not action.endswith("*"), statement["Sid"]


def test_every_resource_is_allowed_only_under_a_condition_or_to_read(built: Run) -> None:
    policies = [resource.inputs["policy"] for resource in built.of_type("aws:iam/policy:Policy")]
    for statement in _statements(policies):
        if statement["Resource"] == "*" and "Condition" not in statement:
            reading = ("Get", "List", "Describe")
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                assert action.partition(":")[2].startswith(reading), statement["Sid"]


def test_each_managed_policy_is_attached_to_the_controllers_role(built: Run) -> None:
    policies = {_arn(policy) for policy in built.of_type("aws:iam/policy:Policy")}
    attached = {
        attachment.inputs["policyArn"]
        for attachment in built.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if "-karpenter-controller-" in attachment.name
    }
    assert attached == policies
    assert len(policies) == 6


def test_the_node_role_may_join_pull_and_be_reached_and_no_more(built: Run) -> None:
    attached = {
        attachment.inputs["policyArn"].rpartition("/")[2]
        for attachment in built.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if attachment.name.startswith("gpu-node-Amazon")
    }
    assert attached == {
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEKSWorkerNodePolicy",
        "AmazonSSMManagedInstanceCore",
    }


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_policies_wait_for_arns_in_a_first_preview_and_are_there_all_the_same(
    run_of: RunOf, stack: str
) -> None:
    assert len(run_of(stack, True).of_type("aws:iam/policy:Policy")) == 6


def _statements(policies: list[str]) -> list[dict[str, Any]]:
    return [statement for policy in policies for statement in json.loads(policy)["Statement"]]


def _arn(resource: Registered) -> str:
    return f"arn:aws:test:us-west-2:123456789012:{resource.name}"
