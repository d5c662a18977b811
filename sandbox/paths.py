"""Where a sandbox keeps its files.

Everything that one sandbox writes lives under one directory, so two sandboxes with two directories cannot
meet, and removing the directory removes the sandbox. The built Go tools are shared by all of them and lie in
the cache (`knowledge.cache`): they depend on nothing but their pinned sources, and take minutes to build.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
"""Root of this repository."""

TOOL_MODULES = REPOSITORY / "sandbox" / "tools"
"""The Go modules that pin the tools and, for `mpi-operator`, a manifest."""


@dataclass(frozen=True)
class SandboxPaths:
    """The files of one sandbox, all under `root`, which is absolute."""

    root: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "SandboxPaths":
        """The directory that `EKS_EFA_SANDBOX_DIR` names, or `.sandbox` in the repository."""
        chosen = (os.environ if environ is None else environ).get("EKS_EFA_SANDBOX_DIR")
        return cls(Path(chosen).expanduser().resolve() if chosen else REPOSITORY / ".sandbox")

    @property
    def aws(self) -> Path:
        """`{"endpoint": "http://127.0.0.1:PORT"}`, written by the emulated AWS once it listens."""
        return self.root / "aws.json"

    @property
    def kubeconfig(self) -> Path:
        """Admin kubeconfig of the local control plane."""
        return self.root / "kubeconfig"

    @property
    def stacks(self) -> Path:
        """One JSON file of engine state per stack."""
        return self.root / "stacks"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.root / "logs"

    @property
    def processes(self) -> Path:
        """Pid, start time and command of every process that the sandbox started."""
        return self.root / "processes.json"

    @property
    def charts(self) -> Path:
        """Charts that are recorded, with their values, rather than installed."""
        return self.root / "charts"

    @property
    def agent(self) -> Path:
        """Heartbeat and findings of the agent: nodes joined, Karpenter's state and ports."""
        return self.root / "agent.json"

    @property
    def control_plane(self) -> Path:
        """kwokctl's working directory: PKI, etcd data, its own configuration."""
        return self.root / "control-plane"

    @property
    def karpenter_kubeconfig(self) -> Path:
        """Kubeconfig with the token of Karpenter's service account, and so with its RBAC."""
        return self.root / "karpenter.kubeconfig"

    @property
    def pod_logs(self) -> Path:
        """Logs of containers that execute nothing, by the uid of their pod: those of MPIJobs."""
        return self.root / "pod-logs"

    @property
    def job_logs(self) -> Path:
        """The same for pods of training jobs."""
        return self.root / "job-logs"

    @property
    def prometheus(self) -> Path:
        """Configuration, alerts and measurements of the sandbox's Prometheus."""
        return self.root / "prometheus"

    @property
    def existing_cluster(self) -> Path:
        """What there was when the cluster of `eks-efa existing-cluster` was made; absent without one."""
        return self.root / "existing-cluster.json"

    @property
    def nccl_fault(self) -> Path:
        """Name of the fault that the user has ordered for NCCL tests; absent where there is none."""
        return self.root / "nccl-fault"

    @property
    def job_fault(self) -> Path:
        """Name of the fault that the user has ordered for training jobs; absent where there is none."""
        return self.root / "job-fault"

    @property
    def nccl_slow(self) -> Path:
        """Nodes and links that the user has made slow for NCCL tests; absent where there are none."""
        return self.root / "nccl-slow.json"
