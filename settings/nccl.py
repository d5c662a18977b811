"""`nccl`: the test that proves the network between the nodes of one pool."""

from typing import Annotated

from pydantic import Field

from knowledge.nccl_command import Collective
from knowledge.nccl_image import PUBLIC_IMAGE
from knowledge.nccl_sizes import SIZE
from settings.base import Branch, Name

MessageSize = Annotated[str, Field(pattern=SIZE, examples=["2G"])]


class NcclSettings(Branch):
    """An NCCL test over TCP and over EFA, to compare the two. Nothing runs before `make nccl`."""

    pool: Name | None = Field(default=None, examples=["train"])
    """Node group or provisioner whose nodes are tested. None: the stack has no test."""
    nodes: int = Field(default=2, ge=1)
    """Nodes that take part, two or more: one alone has no network to prove."""
    gpus_per_node: int | None = Field(default=None, ge=1)
    """GPUs that take part on each node. None: all it has."""
    collective: Collective = "all_reduce"
    """What is measured; published figures are mostly of `all_reduce`."""
    min_bytes: MessageSize = "8"
    """Smallest message: bytes, or a number with K, M or G for powers of 1024."""
    max_bytes: MessageSize = "2G"
    """Largest message. Three buffers of it must fit in a GPU's memory."""
    step_factor: int = Field(default=2, ge=2, le=1024)
    """By how much each message is larger than the one before."""
    iterations: int = Field(default=20, ge=1)
    """Timed iterations for each size."""
    warmup_iterations: int = Field(default=5, ge=0)
    """Iterations before the timed ones."""
    hugepages: bool = False
    """Give EFA's buffers huge pages. Karpenter does not know of any by itself: a provisioner also needs
    `karpenter.featureGates.nodeOverlay`."""
    efa_mount: bool = False
    """Also make a variant that mounts the EFA devices from the host and runs privileged, for nodes without
    the EFA device plugin."""
    image: str = PUBLIC_IMAGE
    """Image with nccl-tests, NCCL, the EFA plugin and sshd, laid out as the default one. The default has code
    for A100, A10G, L4, L40S, H100, H200, B200 and B300; for other GPUs build one: `make image`."""
    pairs: bool = False
    """After a FAIL `eks-efa nccl run` goes on to test the nodes in pairs, and names the one to blame. That
    takes some minutes more of the same nodes."""
    deadline_minutes: int = Field(default=30, ge=1, le=1440)
    """After so long a run is ended, be it done or not."""
