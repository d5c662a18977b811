from hypothesis import given
from hypothesis import strategies as st

from cli.scale_deployment import PodShape, deployment, shape_of


def test_a_pod_asks_for_whole_devices_with_requests_equal_to_limits() -> None:
    spec = deployment(3, PodShape(gpus=8, efa_interfaces=4)).to_dict()["spec"]
    container = spec["template"]["spec"]["containers"][0]
    assert container["resources"]["requests"] == container["resources"]["limits"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "8"
    assert container["resources"]["limits"]["vpc.amazonaws.com/efa"] == "4"
    assert spec["replicas"] == 3


def test_no_efa_interface_is_not_even_named() -> None:
    resources = deployment(1, PodShape(gpus=1, efa_interfaces=0)).to_dict()["spec"]["template"]["spec"]
    assert "vpc.amazonaws.com/efa" not in resources["containers"][0]["resources"]["limits"]


def test_pods_tolerate_the_taint_of_gpu_nodes_and_go_where_they_are_sent() -> None:
    pod = deployment(1, PodShape(pool="p4d")).to_dict()["spec"]["template"]["spec"]
    assert pod["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "aws.amazon.com/neuron", "operator": "Exists", "effect": "NoSchedule"},
    ]
    assert pod["nodeSelector"] == {"eks-efa/pool": "p4d"}


def test_a_changed_shape_never_holds_old_and_new_nodes_at_once() -> None:
    assert deployment(1, PodShape()).to_dict()["spec"]["strategy"]["type"] == "Recreate"


def test_the_container_has_no_rights() -> None:
    pod = deployment(1, PodShape()).to_dict()["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


@given(st.integers(0, 16), st.integers(0, 32), st.none() | st.just("p4d"))
def test_the_shape_of_a_deployment_can_be_read_back(gpus: int, efa: int, pool: str | None) -> None:
    shape = PodShape(gpus, efa, pool)
    assert shape_of(deployment(7, shape)) == shape
