import base64
from typing import Any

from knowledge.user_data import KubeletOptions, StorageOptions, user_data
from sandbox.world.nodes import UNREGISTERED
from sandbox.world.registrations import maximum_pods, of_node_claim, of_node_group

NVIDIA = "amazon-eks-node-al2023-x86_64-nvidia-1.35-v20260714"
STANDARD = "amazon-eks-node-al2023-x86_64-standard-1.35-v20260714"

CLAIM: dict[str, Any] = {
    "metadata": {"name": "gpu-abc", "labels": {"karpenter.sh/nodepool": "gpu", "eks-efa/pool": "gpu"}},
    "spec": {
        "taints": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}],
        "startupTaints": [{"key": "efa-not-ready", "effect": "NoSchedule"}],
    },
    "status": {"capacity": {"pods": "51", "ephemeral-storage": "200Gi"}},
}

GROUP: dict[str, Any] = {
    "nodegroupName": "train",
    "capacityType": "CAPACITY_BLOCK",
    "labels": {"eks-efa/pool": "train"},
    "taints": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
}

NODE_CONFIG = """apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxPods: 110
"""

MIME = f"""MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: text/x-shellscript; charset="us-ascii"

#!/bin/bash
echo efa
--//
Content-Type: application/node.eks.aws

{NODE_CONFIG}
--//--
"""


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_node_of_karpenter_starts_with_its_claims_taints_and_unregistered() -> None:
    registration = of_node_claim(CLAIM, NVIDIA)
    assert registration.labels == CLAIM["metadata"]["labels"]
    assert [taint["key"] for taint in registration.taints] == [
        "nvidia.com/gpu",
        "efa-not-ready",
        "karpenter.sh/unregistered",
    ]
    assert UNREGISTERED["effect"] == "NoExecute"


def test_a_node_of_karpenter_has_the_pods_and_the_disk_that_karpenter_gave_it() -> None:
    kubelet = of_node_claim(CLAIM, NVIDIA).kubelet
    assert (kubelet.maximum_pods, kubelet.disk_gib) == (51, 200)


def test_a_node_of_a_group_has_the_groups_labels_and_those_of_eks() -> None:
    registration = of_node_group(GROUP, {}, NVIDIA, "ami-1")
    assert registration.labels == {
        "eks-efa/pool": "train",
        "eks.amazonaws.com/nodegroup": "train",
        "eks.amazonaws.com/capacityType": "CAPACITY_BLOCK",
        "eks.amazonaws.com/nodegroup-image": "ami-1",
    }


def test_a_groups_taints_are_translated_from_eks_to_kubernetes() -> None:
    taints = of_node_group(GROUP, {}, NVIDIA, "ami-1").taints
    assert taints == [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}]


def test_a_groups_disk_is_that_of_its_template_or_its_own() -> None:
    template = {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 200}}]}
    assert of_node_group(GROUP, template, NVIDIA, "ami-1").kubelet.disk_gib == 200
    assert of_node_group({**GROUP, "diskSize": 100}, {}, NVIDIA, "ami-1").kubelet.disk_gib == 100
    assert of_node_group({**GROUP, "diskSize": None}, {}, NVIDIA, "ami-1").kubelet.disk_gib == 20


def test_max_pods_is_read_from_a_node_config_alone_or_in_mime_parts() -> None:
    assert maximum_pods(encoded(NODE_CONFIG)) == 110
    assert maximum_pods(encoded(MIME)) == 110


def test_the_programs_own_user_data_is_understood() -> None:
    told = user_data(kubelet=KubeletOptions(max_pods=51), storage=StorageOptions(raid0=True))
    kubelet = of_node_group(GROUP, {"UserData": encoded(told)}, NVIDIA, "ami-1").kubelet
    assert (kubelet.maximum_pods, kubelet.joins_instance_store) == (51, True)
    assert not of_node_group(GROUP, {"UserData": encoded(MIME)}, NVIDIA, "ami-1").kubelet.joins_instance_store


def test_user_data_without_max_pods_leaves_it_to_the_interfaces() -> None:
    assert maximum_pods("") is None
    assert maximum_pods(encoded("#!/bin/bash\necho hello\n")) is None
    assert maximum_pods(encoded(NODE_CONFIG.replace("maxPods: 110", "{}"))) is None


def test_the_standard_image_has_no_gpu_driver_and_an_image_of_ones_own_is_trusted() -> None:
    assert not of_node_claim(CLAIM, STANDARD).kubelet.has_nvidia_driver
    assert of_node_claim(CLAIM, NVIDIA).kubelet.has_nvidia_driver
    assert of_node_claim(CLAIM, "our-training-image").kubelet.has_nvidia_driver
