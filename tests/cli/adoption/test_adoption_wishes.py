"""What a stack would make in a cluster is read from its plan."""

from cli.adoption.wishes import Wish, wishes_of
from tests.cli.adoption.strangers import plan, planned, release

NAMESPACE = planned(
    "kubernetes:core/v1:Namespace",
    "gpu-nccl-namespace",
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "nccl-test"}},
)
RELEASE = planned(
    "kubernetes:helm.sh/v3:Release",
    "gpu-karpenter-crd",
    {"name": "karpenter-crd", "namespace": "kube-system", "chart": "karpenter-crd"},
    part="eks-efa:karpenter:Karpenter",
)
QUEUE = planned("aws:sqs/queue:Queue", "gpu-queue", {})
PROVIDER = planned("pulumi:providers:kubernetes", "gpu-cluster-kubernetes", {"kubeconfig": "[secret]"})


def test_objects_and_releases_are_wished_for_and_nothing_of_aws() -> None:
    assert set(wishes_of(plan(NAMESPACE, RELEASE, QUEUE, PROVIDER), ())) == {
        Wish("eks-efa:nccl:NcclTest", "v1", "Namespace", None, "nccl-test"),
        release("eks-efa:karpenter:Karpenter", "karpenter-crd"),
    }


def test_an_object_that_the_api_server_names_is_in_nobodys_way() -> None:
    inputs = {"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "probe-", "namespace": "web"}}
    assert wishes_of(plan(planned("kubernetes:core/v1:Pod", "gpu-probe", inputs)), ()) == ()


def test_what_the_stack_has_made_already_is_its_own() -> None:
    [left] = wishes_of(plan(NAMESPACE, RELEASE), [NAMESPACE.urn])
    assert left.name == "karpenter-crd"


def test_a_wish_is_called_what_kubectl_calls_it() -> None:
    assert str(Wish("", "v1", "Namespace", None, "nccl-test")) == "Namespace nccl-test"
    assert str(Wish("", "v1", "ConfigMap", "web", "a")) == "ConfigMap web/a"
