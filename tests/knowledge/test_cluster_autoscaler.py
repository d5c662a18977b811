import json

from knowledge.cluster_autoscaler import RELEASES, accelerator_label, device_tags, minor_of
from knowledge.iam.cluster_autoscaler import cluster_autoscaler_policy
from knowledge.versions import MINIMUM_KARPENTER
from tests.knowledge.moto_instance_types import described


def test_every_kubernetes_that_a_stack_may_run_has_a_release_of_its_own_minor() -> None:
    # No release of 1.37 has been seen: whoever wants it there names one, and the check says so.
    assert set(RELEASES) == set(MINIMUM_KARPENTER) - {"1.37"}
    assert all(minor_of(release) == kubernetes for kubernetes, release in RELEASES.items())


def test_an_empty_group_says_what_device_plugins_would_announce() -> None:
    prefix = "k8s.io/cluster-autoscaler/node-template/resources/"
    assert device_tags(8, 4) == {f"{prefix}nvidia.com/gpu": "8", f"{prefix}vpc.amazonaws.com/efa": "4"}
    assert device_tags(0, 0) == {}


def test_a_gpu_node_is_known_for_one_before_its_plugin_runs() -> None:
    assert accelerator_label(described("p5.48xlarge")) == {"k8s.amazonaws.com/accelerator": "h100"}
    assert accelerator_label(described("m6i.large")) == {}


def test_only_groups_that_eks_tagged_for_this_cluster_may_be_sized() -> None:
    policy = cluster_autoscaler_policy("aws-cn", "cn-north-1", "123456789012", "train")
    (sizing,) = [each for each in policy["Statement"] if each["Action"][0].startswith("autoscaling:Set")]
    assert sizing["Condition"] == {
        "StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/train": "owned"}
    }
    assert sizing["Resource"].startswith("arn:aws-cn:autoscaling:cn-north-1:123456789012:autoScalingGroup:")


def test_node_groups_of_other_clusters_cannot_even_be_read() -> None:
    policy = cluster_autoscaler_policy("aws", "us-west-2", "123456789012", "train")
    (reading,) = [each for each in policy["Statement"] if each["Action"] == ["eks:DescribeNodegroup"]]
    assert reading["Resource"].endswith(":nodegroup/train/*/*")
    assert "nodegroup/*" not in json.dumps(policy)
