"""`nodeGroups` and `provisioners`: GPU nodes by hand and GPU nodes by Karpenter."""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.gp3 import GP3_IOPS, GP3_THROUGHPUT
from knowledge.node_names import GPU_RESOURCE
from settings.base import RESERVATION_ID, Branch, CapacityType, Name, Taint

GPU_TAINT = Taint(key=GPU_RESOURCE, value="true")

ReservationId = Annotated[str, Field(pattern=RESERVATION_ID)]


class AmiSettings(Branch):
    """The machine image. Exactly one of its fields, or none for the newest EKS AL2023 NVIDIA image."""

    release: str | None = None
    """EKS AL2023 release, such as `v20260714`; GPU types get its NVIDIA variant. Pin it outside dev."""
    id: str | None = None
    """An image of your own."""
    installs_efa: bool = True
    """False where an image of your own lacks the EFA driver: user data then installs it at first boot."""


class Storage(Branch):
    """The disks of a node, and how images get onto them."""

    instance_store: Literal["raid0", "unused"] = "raid0"
    """What becomes of the local NVMe disks of types that have any: `raid0` joins them, and images, logs and
    `emptyDir` volumes are there; `unused` leaves them as they are."""
    iops: int = Field(default=6000, ge=GP3_IOPS[0], le=GP3_IOPS[1])
    """I/O operations a second of the root volume, 500 a GiB of `diskGib` at the most; 3000 are free."""
    throughput: int = Field(default=500, ge=GP3_THROUGHPUT[0], le=GP3_THROUGHPUT[1])
    """MiB a second of the root volume, a quarter of `iops` at the most; 125 are free."""
    parallel_image_pull: bool = True
    """Fetch and unpack the layers of an image side by side, which starts large ones in less than half the
    time: nodeadm's feature gate `FastImagePull`, experimental and of images since autumn 2025."""


class NodeGroupSettings(Branch):
    """A managed EFA node group: one instance type, one zone, scaled by hand."""

    name: Name
    """Unique among node groups and provisioners."""
    instance_type: str = Field(examples=["p5.48xlarge"])
    """EC2 instance type, such as `p5.48xlarge`."""
    zone: str | None = None
    """Availability zone. None: the first zone of the stack that offers the type."""
    efa: bool = True
    """One EFA interface on every network card that can have one. False: a single plain interface."""
    min_nodes: int = Field(default=0, ge=0)
    """Fewest nodes."""
    desired_nodes: int = Field(default=0, ge=0)
    """Nodes wanted, set here and by `up`: 0 costs nothing. A group that was scaled in EKS has this size again
    after the next `up` that refreshes, and loses nodes with their jobs. Where EC2 has no capacity for them,
    EKS gives up after half an hour."""
    max_nodes: int = Field(default=2, ge=1)
    """Most nodes."""
    capacity_type: CapacityType = "on-demand"
    """How the capacity is bought."""
    reservation_id: ReservationId | None = None
    """Capacity reservation, for `reserved` and `capacity-block`. Of Capacity Blocks it is checked beforehand
    that they exist, last and fit; on-demand reservations cannot be looked up by Pulumi."""
    placement_group: bool | str = True
    """True: a cluster placement group is made (none where a reservation brings its own placement).
    A name: that existing group, of strategy `cluster`; Pulumi has no way to check that. False: none."""
    key_pair: str | None = None
    """Name of an existing EC2 key pair for SSH. None, the default: Session Manager only."""
    ami: AmiSettings = AmiSettings()
    """Machine image."""
    disk_gib: int = Field(default=200, ge=20, le=16384)
    """Root volume in GiB, gp3, encrypted."""
    storage: Storage = Storage()
    """How fast that volume is, local disks, and how images are pulled."""
    labels: dict[str, str] = Field(default={})
    """Labels on the nodes."""
    taints: tuple[Taint, ...] = (GPU_TAINT,)
    """Taints on the nodes. Left out: `nvidia.com/gpu` where there are NVIDIA GPUs, `aws.amazon.com/neuron`
    where there are Neuron devices, and none where there are neither."""

    @property
    def most_nodes(self) -> int:
        """How many nodes there can be."""
        return self.max_nodes


class Limits(Branch):
    """The most a provisioner may have running at once. Karpenter stops launching when one is reached."""

    cpu: str | None = None
    """Virtual CPUs as a Kubernetes quantity: `"1000"`."""
    memory: str | None = None
    """Memory as a Kubernetes quantity: `"4000Gi"`."""
    gpus: int | None = Field(default=None, ge=0)
    """GPUs (`nvidia.com/gpu`)."""
    nodes: int | None = Field(default=None, ge=0)
    """Nodes."""


class Disruption(Branch):
    """When Karpenter may take nodes away of its own accord. As it is by default, it moves no running pod."""

    consolidation: Literal["WhenEmpty", "WhenEmptyOrUnderutilized"] = "WhenEmpty"
    """Whether only empty nodes go, or also such whose pods fit elsewhere. The second would move running jobs,
    and is refused."""
    consolidate_after: str = "5m"
    """How long a node must have been empty: `30s`, `5m`, or `Never`."""
    expire_after: str = "Never"
    """Age at which a node goes. An age cuts jobs short, since Karpenter keeps to no budget there, and is
    refused."""
    budget: str = "10%"
    """How many empty nodes may go at once: a number or a percentage; `"0"` for a Capacity Block.
    With `10%` and ten nodes or fewer they go one by one, half a minute each or more once they are empty:
    `"100%"` gives them all back together."""
    drift: str = "0"
    """How many nodes may be replaced at once because they are no longer what the settings say (another image,
    Kubernetes version, label, taint, tag or disk), running jobs or not: a number or a percentage. `"0"`: a
    node stays as it is until it is empty or you delete it (docs/nodes.md)."""
    termination_grace_period: str | None = None
    """Longest time that the pods of a node may take to go, such as `1h`; what is left of them is then killed,
    whatever a PodDisruptionBudget or `karpenter.sh/do-not-disrupt` says, which then spares no pod from
    `drift` either. None: as long as they need, and `destroy` waits for them, up to an hour."""


class ProvisionerSettings(Branch):
    """A provisioner: one EC2NodeClass and one NodePool of Karpenter."""

    name: Name
    """Unique among node groups and provisioners."""
    instance_types: tuple[str, ...] = Field(min_length=1, examples=[["p5.48xlarge"]])
    """EC2 instance types; where `efa` is `static`, only such as have the same interface layout."""
    zone: str | None = None
    """Availability zone. None: the first zone of the stack that offers all the types."""
    efa: Literal["static", "dynamic", "none"] = "static"
    """`static`: the planned interface layout is part of the EC2NodeClass, every node has it.
    `dynamic`: Karpenter lays out interfaces when a pod asks for `vpc.amazonaws.com/efa`. On a node that came
    for pods without EFA the EFA device plugin finds no device, ends and is started again and again
    (https://github.com/aws/eks-charts/issues/1239): harmless, but an alert of Kubernetes' own tells of it.
    `none`: one plain interface."""
    capacity_types: tuple[CapacityType, ...] = ("on-demand",)
    """What Karpenter may buy, cheapest first is its own choice."""
    reservation_ids: tuple[ReservationId, ...] = ()
    """Capacity reservations, for `reserved` and `capacity-block`; checked as for node groups."""
    placement_group: bool | str = True
    """As for node groups."""
    max_nodes: int = Field(default=4, ge=1)
    """Most nodes; becomes `limits.nodes` where that is not set."""
    limits: Limits = Limits()
    """Other limits."""
    ami: AmiSettings = AmiSettings()
    """Machine image; `release` becomes the alias `al2023@<release>`."""
    disk_gib: int = Field(default=200, ge=20, le=16384)
    """Root volume in GiB, gp3, encrypted."""
    storage: Storage = Storage()
    """How fast that volume is, local disks, and how images are pulled."""
    labels: dict[str, str] = Field(default={})
    """Labels on the nodes."""
    taints: tuple[Taint, ...] = (GPU_TAINT,)
    """Taints on the nodes. Left out: as for node groups."""
    disruption: Disruption = Disruption()
    """Consolidation, expiry, drift and budgets."""
    weight: int | None = Field(default=None, ge=1, le=100)
    """Preference among provisioners that fit a pod; higher first."""

    @property
    def most_nodes(self) -> int:
        """How many nodes there can be."""
        return self.max_nodes if self.limits.nodes is None else self.limits.nodes
