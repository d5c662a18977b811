import pytest
from lightkube.generic_resource import Generic
from lightkube.models.apps_v1 import DeploymentSpec, DeploymentStatus
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment

from cli.karpenter import Provisioner, karpenter_state, provisioners
from tests.cli.cluster_objects import pod


def karpenter(image: str, *, replicas: int = 2, ready: int | None = 2) -> Deployment:
    container = Container(name="controller", image=image)
    template = PodTemplateSpec(spec=PodSpec(containers=[container]))
    return Deployment(
        spec=DeploymentSpec(replicas=replicas, selector=LabelSelector(), template=template),
        status=DeploymentStatus(readyReplicas=ready),
    )


@pytest.mark.parametrize(
    "image",
    [
        "public.ecr.aws/karpenter/controller:1.14.0@sha256:9f1c",
        "public.ecr.aws/karpenter/controller:v1.14.0",
        "registry.example:5000/karpenter/controller:1.14.0",
    ],
)
def test_the_version_is_that_of_the_image(image: str) -> None:
    assert karpenter_state(karpenter(image), []).version == "1.14.0"


def test_karpenter_is_ready_when_every_replica_is() -> None:
    pods = [pod("a", on="s1"), pod("b", phase="Pending")]
    assert karpenter_state(karpenter("c:1.14.0", ready=2), pods).ready
    state = karpenter_state(karpenter("c:1.14.0", ready=1), pods)
    assert (state.ready, state.pods) == (False, 1)


@pytest.mark.parametrize("deployment", [None, karpenter("c:1.14.0", replicas=0, ready=None)])
def test_karpenter_without_replicas_is_not_ready(deployment: Deployment | None) -> None:
    assert not karpenter_state(deployment, []).ready


def pool(name: str, **conditions: tuple[str, str]) -> Generic:
    listed = [{"type": kind, "status": s, "message": m} for kind, (s, m) in conditions.items()]
    return Generic(metadata=ObjectMeta(name=name), status={"conditions": listed})


def test_a_provisioner_is_ready_when_karpenter_says_so() -> None:
    pools = [pool("p5", Ready=("True", ""), NodeRegistrationHealthy=("Unknown", "awaiting")), pool("g5")]
    assert provisioners(pools) == (
        Provisioner("g5", ready=False, reason="Karpenter has not looked at it yet"),
        Provisioner("p5", ready=True, reason=None),
    )


def test_a_provisioner_that_is_not_ready_says_what_keeps_it() -> None:
    [found] = provisioners(
        [pool("p5", Ready=("False", "NodeClassReady=False"), NodeClassReady=("False", "no AMI"))]
    )
    assert (found.ready, found.reason) == (False, "NodeClassReady=False; no AMI")
