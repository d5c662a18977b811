"""The Deployment that asks for GPU nodes: pods that do nothing but hold GPUs and EFA interfaces.

Requests equal limits, as Kubernetes demands of extended resources. The pause image needs no GPU, so the
pods prove scheduling and node launch, not CUDA.
"""

from dataclasses import dataclass

from lightkube.models.apps_v1 import DeploymentSpec, DeploymentStrategy
from lightkube.models.core_v1 import (
    Capabilities,
    Container,
    PodSecurityContext,
    PodSpec,
    PodTemplateSpec,
    ResourceRequirements,
    SeccompProfile,
    SecurityContext,
    Toleration,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Namespace

from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, NEURON_RESOURCE, POOL_LABEL

NAMESPACE = "eks-efa-scale"
NAME = "scale"
PAUSE_IMAGE = "registry.k8s.io/pause:3.10"
LABELS = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/managed-by": "eks-efa"}


@dataclass(frozen=True)
class PodShape:
    """What one pod asks for. The default takes a whole p4d: 8 GPUs and 4 EFA interfaces."""

    gpus: int = 8
    efa_interfaces: int = 4
    pool: str | None = None

    def requests(self) -> dict[str, str]:
        """Resources of the container. A count of zero is left out: not every node knows the device."""
        devices = {GPU_RESOURCE: self.gpus, EFA_RESOURCE: self.efa_interfaces}
        small = {"cpu": "100m", "memory": "64Mi"}
        return small | {resource: str(count) for resource, count in devices.items() if count}


def namespace() -> Namespace:
    """The namespace that the scale verbs keep to; its pods run unprivileged."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "app.kubernetes.io/managed-by": "eks-efa"}
    return Namespace(metadata=ObjectMeta(name=NAMESPACE, labels=labels))


def deployment(pods: int, shape: PodShape) -> Deployment:
    """The Deployment with so many pods of one shape.

    `Recreate`, because a rolling update would buy further GPU nodes while the old pods still hold theirs;
    no grace period, because pause has nothing to say goodbye to.
    """
    resources = shape.requests()
    container = Container(
        name="pause",
        image=PAUSE_IMAGE,
        resources=ResourceRequirements(requests=dict(resources), limits=dict(resources)),
        securityContext=restricted(),
    )
    template = PodSpec(
        containers=[container],
        automountServiceAccountToken=False,
        nodeSelector={POOL_LABEL: shape.pool} if shape.pool else None,
        securityContext=unprivileged(),
        terminationGracePeriodSeconds=0,
        tolerations=[
            Toleration(key=device, operator="Exists", effect="NoSchedule")
            for device in (GPU_RESOURCE, NEURON_RESOURCE)
        ],
    )
    return Deployment(
        metadata=ObjectMeta(name=NAME, namespace=NAMESPACE, labels=LABELS),
        spec=DeploymentSpec(
            replicas=pods,
            selector=LabelSelector(matchLabels=LABELS),
            strategy=DeploymentStrategy(type="Recreate"),
            template=PodTemplateSpec(metadata=ObjectMeta(labels=LABELS), spec=template),
        ),
    )


def unprivileged() -> PodSecurityContext:
    """What the Pod Security Standard `restricted` asks of a pod."""
    return PodSecurityContext(
        runAsNonRoot=True, runAsUser=65535, seccompProfile=SeccompProfile(type="RuntimeDefault")
    )


def restricted() -> SecurityContext:
    """What the Pod Security Standard `restricted` asks of a container."""
    return SecurityContext(
        allowPrivilegeEscalation=False,
        capabilities=Capabilities(drop=["ALL"]),
        readOnlyRootFilesystem=True,
    )


def shape_of(existing: Deployment) -> PodShape:
    """What the pods of an existing scale Deployment ask for."""
    spec = existing.spec.template.spec if existing.spec else None
    if spec is None:
        return PodShape()
    resources = spec.containers[0].resources
    limits = (resources.limits if resources else None) or {}
    return PodShape(
        gpus=int(limits.get(GPU_RESOURCE, "0")),
        efa_interfaces=int(limits.get(EFA_RESOURCE, "0")),
        pool=(spec.nodeSelector or {}).get(POOL_LABEL),
    )
