from email import message_from_string
from typing import Any

import yaml

from knowledge.efa_installer import EFA_INSTALLER
from knowledge.user_data import BOUNDARY, ClusterDetails, KubeletOptions, StorageOptions, user_data

CLUSTER = ClusterDetails(
    name="train",
    api_server_endpoint="https://example.eks.amazonaws.com",
    certificate_authority="Y2VydGlmaWNhdGU=",
    service_cidr="172.20.0.0/16",
)


def parts(text: str) -> list[tuple[str, str]]:
    message = message_from_string(text)
    assert message.get_content_type() == "multipart/mixed"
    assert not message.defects
    return [
        (part.get_content_type(), str(part.get_payload()))
        for part in message.walk()
        if not part.is_multipart()
    ]


def node_config(text: str) -> dict[str, Any]:
    (config,) = [payload for kind, payload in parts(text) if kind == "application/node.eks.aws"]
    found: dict[str, Any] = yaml.safe_load(config)
    return found


def test_with_nothing_to_say_there_is_no_user_data() -> None:
    assert user_data() == ""


def test_on_an_eks_image_the_kubelets_settings_are_merged_into_what_eks_gives() -> None:
    assert node_config(user_data(kubelet=KubeletOptions(max_pods=51))) == {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"config": {"maxPods": 51}}},
    }


def test_on_an_image_of_your_own_nodeadm_is_told_the_whole_cluster() -> None:
    assert node_config(user_data(cluster=CLUSTER))["spec"] == {
        "cluster": {
            "name": "train",
            "apiServerEndpoint": "https://example.eks.amazonaws.com",
            "certificateAuthority": "Y2VydGlmaWNhdGU=",
            "cidr": "172.20.0.0/16",
        }
    }


def test_labels_and_taints_are_flags_of_the_kubelet_in_one_order() -> None:
    kubelet = KubeletOptions(
        labels={"b": "2", "a": "1"}, taints=["nvidia.com/gpu=true:NoSchedule", "x=:NoExecute"]
    )
    assert node_config(user_data(kubelet=kubelet))["spec"]["kubelet"] == {
        "flags": [
            "--node-labels=a=1,b=2",
            "--register-with-taints=nvidia.com/gpu=true:NoSchedule,x=:NoExecute",
        ]
    }


def test_disks_and_images_are_nodeadms_and_nothing_is_said_of_what_is_not_wanted() -> None:
    assert user_data(storage=StorageOptions()) == ""
    both = node_config(user_data(storage=StorageOptions(raid0=True, parallel_image_pull=True)))
    assert both["spec"] == {
        "instance": {"localStorage": {"strategy": "RAID0"}},
        "featureGates": {"FastImagePull": True},
    }


def test_the_efa_driver_is_a_script_of_its_own_before_the_node_config() -> None:
    text = user_data(kubelet=KubeletOptions(max_pods=51), cluster=CLUSTER, install_efa=True)
    assert [kind for kind, _ in parts(text)] == ["text/x-shellscript", "application/node.eks.aws"]
    assert EFA_INSTALLER in parts(text)[0][1]


def test_karpenter_gets_the_script_alone() -> None:
    assert [kind for kind, _ in parts(user_data(install_efa=True))] == ["text/x-shellscript"]


def test_a_script_begins_at_its_first_line() -> None:
    assert parts(user_data(install_efa=True))[0][1].startswith("#!/bin/bash\n")


def test_no_part_holds_the_boundary() -> None:
    text = user_data(kubelet=KubeletOptions(max_pods=51), cluster=CLUSTER, install_efa=True)
    assert sum(line.startswith(f"--{BOUNDARY}") for line in text.splitlines()) == 3


def test_it_fits_into_the_16_kib_that_ec2_takes() -> None:
    assert len(user_data(kubelet=KubeletOptions(max_pods=51), cluster=CLUSTER, install_efa=True)) < 8192
