"""What of somebody else's is in the way of what would be made, and what to do about it."""

import httpx2
import pytest

from cli.adoption.clashes import Clash, clashes
from cli.adoption.contents import Contents
from cli.adoption.wishes import Wish
from cli.errors import CommandError
from tests.cli.adoption.strangers import JOB, NAMESPACE, contents, release

KARPENTER = "eks-efa:karpenter:Karpenter"
PLUGINS = "eks-efa:nccl:DevicePlugins"
CONTROLLER = (release(KARPENTER, "karpenter-crd"), release(KARPENTER, "karpenter"))
NVIDIA, EFA = release(PLUGINS, "nvidia-device-plugin"), release(PLUGINS, "aws-efa-k8s-device-plugin")
MONITORING = "eks-efa:monitoring:Monitoring"
EXPORTERS = (release(MONITORING, "kube-prometheus-stack"), release(MONITORING, "dcgm-exporter"))
NVIDIA_IMAGE = "nvcr.io/nvidia/k8s-device-plugin:v0.19.3"
EFA_IMAGE = "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/aws-efa-k8s-device-plugin@sha256:0123"


def test_an_empty_cluster_is_in_nobodys_way() -> None:
    assert clashes((NAMESPACE, JOB, *CONTROLLER, NVIDIA, EFA), contents()) == ()


def test_an_object_of_the_same_name_is_in_the_way() -> None:
    there = contents({"/api/v1/namespaces/nccl-test": {}})
    cure = "leave nccl.pool out, or take that away first"
    assert clashes((NAMESPACE, JOB), there) == (
        Clash("eks-efa:nccl:NcclTest", "there already: Namespace nccl-test", cure),
    )


def test_one_in_another_namespace_is_not() -> None:
    there = contents({"/apis/kubeflow.org/v2beta1/namespaces/web/mpijobs/nccl-efa": {}})
    assert clashes((JOB,), there) == ()
    there = contents({"/apis/kubeflow.org/v2beta1/namespaces/nccl-test/mpijobs/nccl-efa": {}})
    assert [clash.what for clash in clashes((JOB,), there)] == ["there already: MPIJob nccl-test/nccl-efa"]


def test_many_objects_of_one_part_are_one_line() -> None:
    names = [f"n{number}" for number in range(5)]
    wishes = [Wish("eks-efa:nccl:MpiOperator", "v1", "Namespace", None, name) for name in names]
    [clash] = clashes(wishes, contents({f"/api/v1/namespaces/{name}": {} for name in names}))
    assert clash.what == "there already: Namespace n0, Namespace n1, Namespace n2 and 2 more"
    assert clash.cure == "set mpiOperator.enabled false, and theirs is used"


def test_a_release_of_the_same_name_is_in_the_way_once() -> None:
    there = contents({"/apis/karpenter.sh": {}}, releases=("karpenter",))
    [clash] = clashes(CONTROLLER, there)
    assert clash.what == "there already: Helm release kube-system/karpenter"


def test_a_karpenter_by_any_other_name_is_in_the_way() -> None:
    [clash] = clashes(CONTROLLER, contents({"/apis/karpenter.sh": {}}))
    assert clash == Clash(
        KARPENTER,
        "somebody has defined the kinds of karpenter.sh",
        "a cluster takes one Karpenter: take theirs away first, or use it",
    )


def test_a_run_that_was_stopped_after_its_own_definitions_goes_on() -> None:
    left = (release(KARPENTER, "karpenter"),)
    assert clashes(left, contents({"/apis/karpenter.sh": {}}, releases=("karpenter-crd",))) == ()


def test_kinds_that_nothing_of_ours_would_define_are_in_nobodys_way() -> None:
    there = contents({"/apis/karpenter.sh": {}, "/apis/monitoring.coreos.com": {}})
    assert clashes((NAMESPACE,), there) == ()


@pytest.mark.parametrize(
    ("part", "image", "setting"),
    [
        (PLUGINS, NVIDIA_IMAGE, "devicePlugins.nvidia.enabled"),
        (PLUGINS, EFA_IMAGE, "devicePlugins.efa.enabled"),
        (MONITORING, "nvcr.io/nvidia/k8s/dcgm-exporter:4.2.0", "monitoring.dcgmExporter.enabled"),
        (MONITORING, "quay.io/prometheus/node-exporter:v1.9.1", "monitoring.enabled"),
    ],
)
def test_a_node_takes_one_plugin_or_exporter_of_a_kind(part: str, image: str, setting: str) -> None:
    wishes = (NVIDIA, EFA, *EXPORTERS)
    [clash] = clashes(wishes, contents(daemon_sets=(("theirs", image), ("agent", "agent:v1"))))
    assert clash == Clash(
        part, f"DaemonSet gpu/theirs does the same on its nodes ({image})", f"set {setting} false"
    )


def test_a_device_plugin_is_in_nobodys_way_where_the_stack_brings_none() -> None:
    assert clashes((EFA,), contents(daemon_sets=(("theirs", NVIDIA_IMAGE),))) == ()


def test_whoever_is_no_administrator_is_told_so() -> None:
    assert contents().may_administer()
    assert not contents(administrator=False).may_administer()


def test_a_refusal_of_the_cluster_is_one_line() -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(403, json={"message": "no"}))
    refusing = Contents(httpx2.Client(base_url="http://127.0.0.1:1", transport=transport))
    with pytest.raises(CommandError) as refused:
        clashes((NAMESPACE,), refusing)
    assert str(refused.value) == (
        "the cluster: answers 403 to GET /api/v1; check your rights with: kubectl auth can-i --list"
    )
