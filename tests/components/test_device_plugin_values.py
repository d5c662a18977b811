from components.device_plugin_values import efa_plugin_values, nvidia_plugin_values


def test_both_plugins_go_by_what_a_node_has_and_name_no_pool() -> None:
    affinity = nvidia_plugin_values()["affinity"]["nodeAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "eks-efa/nvidia", "operator": "In", "values": ["true"]}]
    labels = efa_plugin_values("us-west-2", "amazonaws.com")["supportedInstanceLabels"]
    assert labels == {"keys": ["eks-efa/efa"], "values": ["true"]}


def test_no_taint_keeps_a_plugin_from_a_node() -> None:
    assert nvidia_plugin_values()["tolerations"] == [{"operator": "Exists"}]
    assert efa_plugin_values("us-west-2", "amazonaws.com")["tolerations"] == [{"operator": "Exists"}]


def test_the_efa_plugins_image_comes_from_the_region_of_the_cluster() -> None:
    image = efa_plugin_values("us-gov-west-1", "amazonaws.com")["image"]["repository"]
    assert image == "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com/eks/aws-efa-k8s-device-plugin"
