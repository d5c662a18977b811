"""`team`: who lives on a platform, and how much of it they may use."""

from typing import Literal

from pydantic import Field

from settings.base import Branch, Name


class TeamQuota(Branch):
    """The most that the team may have: what all its pods request together, and what else costs."""

    gpus: int = Field(ge=0, examples=[16])
    """GPUs (`nvidia.com/gpu`), whichever pool they are in."""
    efa_interfaces: int = Field(ge=0, examples=[8])
    """EFA interfaces (`vpc.amazonaws.com/efa`)."""
    cpu: str | None = None
    """Virtual CPUs as a Kubernetes quantity: `"1000"`. None: not counted."""
    memory: str | None = None
    """Memory as a Kubernetes quantity: `"4000Gi"`. None: not counted."""
    pods: int = Field(default=200, ge=1)
    """Pods that have not ended."""
    load_balancers: int = Field(default=0, ge=0)
    """Services of type LoadBalancer. Each is a load balancer of AWS before the team's pods, by default one
    that the internet reaches, and takes a node port for each of its ports."""
    node_ports: int = Field(default=0, ge=0)
    """Ports that Services open on every node of the platform."""
    storage: str | None = "1Ti"
    """What all volume claims may ask for together, as a Kubernetes quantity. None: not counted."""


class ContainerDefaults(Branch):
    """What a container requests that says nothing of it; a quota of CPU or memory wants every one to."""

    cpu: str = "100m"
    """Virtual CPUs as a Kubernetes quantity."""
    memory: str = "256Mi"
    """Memory as a Kubernetes quantity."""


class TeamSettings(Branch):
    """One team: its namespace, its share and its people. Its provisioners are under `provisioners`."""

    name: Name
    """Unique on the platform; the value of the label, the taint and the tag `eks-efa/team`."""
    namespace: Name | None = None
    """Namespace of the team's pods. None: called as the team."""
    quota: TeamQuota = Field(examples=[{"gpus": 16}])
    """The team's share; without one it could take everything."""
    role_arn: str | None = None
    """IAM role of the team's people: it gets an access entry, and rights in the namespace alone. No role that
    has an entry already, as an administrator's has. None: nobody but those comes in."""
    pod_security: Literal["baseline", "restricted"] = "baseline"
    """Pod Security Standard that the namespace enforces."""
    defaults: ContainerDefaults = ContainerDefaults()
    """Requests of containers that have none."""
    egress_cidrs: tuple[str, ...] = ()
    """IPv4 ranges that the team's pods may call, besides DNS and each other; such as that of the VPC, whose
    endpoints lead to S3 and ECR. None: nothing else."""

    @property
    def home(self) -> str:
        """The namespace."""
        return self.namespace or self.name
