"""The command line of an NCCL test: mpirun, the environment of its ranks, and nccl-tests' own options.

Everything is an absolute path of the layout that AWS's images share (awslabs/awsome-distributed-ai,
micro-benchmarks/nccl-tests/nccl-tests.Dockerfile), so that nothing depends on a shell or its PATH.
"""

from dataclasses import dataclass
from typing import Literal

from knowledge.nccl_job import Variant, provider_of

Collective = Literal["all_reduce", "all_gather", "reduce_scatter", "alltoall", "sendrecv"]
"""Programs of nccl-tests, without `_perf`."""

MPIRUN = "/opt/amazon/openmpi/bin/mpirun"
"""By its whole path: Open MPI then looks for its daemon on the workers in the same place."""

TESTS = "/opt/nccl-tests/build"

LIBRARIES = (
    "/opt/nccl/build/lib",
    "/opt/amazon/openmpi/lib",
    "/opt/amazon/efa/lib",
    # aws-ofi-nccl: of today's EFA installers, of older ones, and of images that built it themselves.
    "/opt/amazon/ofi-nccl/lib",
    "/opt/amazon/ofi-nccl/lib/x86_64-linux-gnu",
    "/opt/amazon/ofi-nccl/lib/aarch64-linux-gnu",
    "/opt/aws-ofi-nccl/install/lib",
    "/opt/gdrcopy/lib",
    "/usr/local/cuda/lib64",
)
"""Where NCCL finds its network plugin. A rank is started by sshd, which knows nothing of the image's own
environment."""

_SSH_OPTIONS = (
    # The operator's own, which this overrides.
    "ConnectionAttempts=10",
    # The key of a worker's host is part of the image: knowing it would prove nothing.
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
)


@dataclass(frozen=True)
class Sweep:
    """What is measured: a collective over sizes that grow by a factor."""

    collective: Collective
    min_bytes: str
    max_bytes: str
    """Sizes as nccl-tests writes them: `8`, `2G`."""
    step_factor: int
    iterations: int
    warmup_iterations: int


def rank_environment(variant: Variant, *, hugepages: bool) -> dict[str, str]:
    """Variables that every rank needs, and no others.

    What older guides set besides (FI_PROVIDER, FI_EFA_USE_DEVICE_RDMA, FI_EFA_FORK_SAFE, NCCL_PROTO,
    NCCL_BUFFSIZE) the plugin of today does by itself or better: aws-ofi-nccl, doc/efa-env-var.md.
    """
    environment = {
        "LD_LIBRARY_PATH": ":".join(LIBRARIES),
        # At INFO NCCL and the plugin name the network, the provider and the number of interfaces. Of the
        # subsystems, INIT and NET tell which network is selected and what carries each channel.
        "NCCL_DEBUG": "INFO",
        "NCCL_DEBUG_SUBSYS": "INIT,NET",
    }
    if provider_of(variant) == "socket":
        environment["NCCL_NET"] = "Socket"
    elif not hugepages:
        # The host has huge pages and libfabric takes them for its buffers, but a pod that did not ask for
        # them may have none: it would die of SIGBUS (https://github.com/kubernetes/kubernetes/issues/71233).
        environment["FI_EFA_USE_HUGE_PAGE"] = "0"
    return environment


def launcher_command(sweep: Sweep, *, nodes: int, gpus_per_node: int, variables: list[str]) -> list[str]:
    """The launcher's command: one rank for each GPU, handing on `variables` of its own environment.

    The list of hosts comes from the operator, in `OMPI_MCA_orte_default_hostfile`.
    """
    return [
        MPIRUN,
        "--allow-run-as-root",
        # Each line says which rank wrote it: the lines of all ranks come out in one stream.
        "--tag-output",
        *("-np", str(nodes * gpus_per_node)),
        *("-N", str(gpus_per_node)),
        *("--bind-to", "none"),
        # MPI starts the ranks and no more; EFA is left to NCCL.
        *("--mca", "pml", "ob1"),
        *("--mca", "btl", "tcp,self"),
        *("--mca", "plm_rsh_args", " ".join(f"-o {option}" for option in _SSH_OPTIONS)),
        *(word for variable in variables for word in ("-x", variable)),
        f"{TESTS}/{sweep.collective}_perf",
        *("-b", sweep.min_bytes),
        *("-e", sweep.max_bytes),
        *("-f", str(sweep.step_factor)),
        *("-g", "1"),
        *("-n", str(sweep.iterations)),
        *("-w", str(sweep.warmup_iterations)),
        *("-c", "1"),
    ]
