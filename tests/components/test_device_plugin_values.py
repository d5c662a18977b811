from components.device_plugin_values import DevicePool, efa_plugin_values, nvidia_plugin_values
from settings.base import Taint
from settings.nodes import GPU_TAINT

OWN = Taint(key="team", value="vision", effect="NoExecute")


def _pool(name: str, *taints: Taint) -> DevicePool:
    return DevicePool(name=name, taints=taints, has_nvidia=True, has_efa=True)


def test_both_plugins_run_in_the_given_pools_and_nowhere_else() -> None:
    pools = [_pool("train"), _pool("p5")]
    affinity = nvidia_plugin_values(pools)["affinity"]["nodeAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "eks-efa/pool", "operator": "In", "values": ["train", "p5"]}]
    labels = efa_plugin_values(pools, "us-west-2", "amazonaws.com")["supportedInstanceLabels"]
    assert labels == {"keys": ["eks-efa/pool"], "values": ["train", "p5"]}


def test_every_taint_of_every_pool_is_tolerated_once_whatever_its_value() -> None:
    tolerations = nvidia_plugin_values([_pool("a", GPU_TAINT), _pool("b", GPU_TAINT, OWN)])["tolerations"]
    assert tolerations == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "team", "operator": "Exists", "effect": "NoExecute"},
    ]


def test_a_pool_without_taints_may_still_get_the_usual_one_by_hand() -> None:
    values = efa_plugin_values([_pool("a")], "us-west-2", "amazonaws.com")
    assert [each["key"] for each in values["tolerations"]] == ["nvidia.com/gpu"]


def test_the_efa_plugins_image_comes_from_the_region_of_the_cluster() -> None:
    image = efa_plugin_values([_pool("a")], "us-gov-west-1", "amazonaws.com")["image"]["repository"]
    assert image == "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com/eks/aws-efa-k8s-device-plugin"
