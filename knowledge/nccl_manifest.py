"""The MPIJob of an NCCL test, from plain values.

Fields and their rules are those of Kubeflow's MPI operator 0.8.2
(https://github.com/kubeflow/mpi-operator/blob/v0.8.2/pkg/apis/kubeflow/v2beta1/types.go).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from knowledge import nccl_job
from knowledge.hugepages import HUGEPAGES_RESOURCE, WORKER_MIB
from knowledge.nccl_command import Sweep, launcher_command, rank_environment
from knowledge.nccl_job import JobExpectation, Variant, provider_of
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL
from knowledge.stack_contract import PoolContract
from knowledge.system_nodes import Labels, on_system_nodes

SHARED_MEMORY = PurePosixPath("/dev", "shm")
"""NCCL's ranks on one node meet there; a container has 64 MiB of it unless it gets a volume."""

WORKER_MEMORY_GIB = 32
"""As in AWS's own manifests, for 8 GPUs; it holds /dev/shm too. Every instance type with EFA and NVIDIA GPUs
has four times as much."""

LAUNCHER_TRIES = 3
"""A launcher that fails is started again, since the names of fresh workers may take DNS some seconds."""

KEPT_SECONDS = 24 * 60 * 60
"""How long a finished launcher is kept, and its log with it."""


@dataclass(frozen=True)
class NcclJob:
    """One variant of a test on the nodes of one pool."""

    variant: Variant
    pool: PoolContract
    system_nodes: Labels
    """Of the nodes that the launcher runs on."""
    nodes: int
    gpus_per_node: int
    image: str
    sweep: Sweep
    hugepages: bool
    deadline_minutes: int
    namespace: str = nccl_job.NAMESPACE


def expectation(job: NcclJob) -> JobExpectation:
    """What the log of the job must show."""
    provider = provider_of(job.variant)
    return JobExpectation(
        provider=provider,
        interfaces=None if provider == "socket" else job.pool.efa_interfaces_per_node,
        instance_type=job.pool.instance_type,
        nodes=job.nodes,
        collective=job.sweep.collective,
    )


def template(job: NcclJob) -> dict[str, Any]:
    """The suspended MPIJob that runs are copied from. Suspended, it makes no pod and costs nothing."""
    return {
        "apiVersion": nccl_job.API_VERSION,
        "kind": nccl_job.KIND,
        "metadata": {
            "name": nccl_job.template_name(job.variant),
            "namespace": job.namespace,
            "labels": {nccl_job.TEMPLATE_LABEL: "true", **_labels(job)},
            "annotations": {nccl_job.EXPECTATION_ANNOTATION: expectation(job).to_annotation()},
        },
        "spec": {
            "slotsPerWorker": job.gpus_per_node,
            "mpiImplementation": "OpenMPI",
            # The operator's default would start the launcher at once and let it fail until nodes have booted.
            "launcherCreationPolicy": "WaitForWorkersReady",
            "runPolicy": {
                "suspend": True,
                "cleanPodPolicy": "Running",
                "activeDeadlineSeconds": job.deadline_minutes * 60,
                "backoffLimit": LAUNCHER_TRIES - 1,
                "ttlSecondsAfterFinished": KEPT_SECONDS,
            },
            "mpiReplicaSpecs": {"Launcher": _launcher(job), "Worker": _workers(job)},
        },
    }


def _labels(job: NcclJob) -> dict[str, str]:
    return {nccl_job.VARIANT_LABEL: job.variant, nccl_job.JOB_POOL_LABEL: job.pool.name}


def _launcher(job: NcclJob) -> dict[str, Any]:
    """On the system nodes, without a GPU: it starts the ranks and collects what they print."""
    variables = rank_environment(job.variant, hugepages=job.hugepages)
    container = {
        "name": nccl_job.LAUNCHER_CONTAINER,
        "image": job.image,
        "command": launcher_command(
            job.sweep, nodes=job.nodes, gpus_per_node=job.gpus_per_node, variables=list(variables)
        ),
        "env": [{"name": name, "value": value} for name, value in variables.items()],
        "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"memory": "2Gi"}},
        "securityContext": {"allowPrivilegeEscalation": False},
    }
    spec = {
        "automountServiceAccountToken": False,
        **on_system_nodes(job.system_nodes),
        "containers": [container],
    }
    return {"replicas": 1, "restartPolicy": "OnFailure", "template": {"metadata": _pod(job), "spec": spec}}


def _workers(job: NcclJob) -> dict[str, Any]:
    """One on each node of the pool, with the GPUs; they run nothing but sshd until the launcher calls."""
    mounts_efa = job.variant == "efa-mount"
    container = {
        "name": nccl_job.WORKER_CONTAINER,
        "image": job.image,
        # The keys are in a volume whose folder anybody may write to, which sshd would refuse by default.
        "command": ["/usr/sbin/sshd", "-D", "-e", "-o", "StrictModes=no"],
        "ports": [{"name": "ssh", "containerPort": 22}],
        # Ready is the worker that can be called: the launcher is made when all of them are.
        "readinessProbe": {"tcpSocket": {"port": 22}, "periodSeconds": 2},
        "resources": _worker_resources(job),
        "securityContext": {"privileged": True} if mounts_efa else {"allowPrivilegeEscalation": False},
        "volumeMounts": [
            {"name": "shared-memory", "mountPath": str(SHARED_MEMORY)},
            *([{"name": "infiniband", "mountPath": "/dev/infiniband"}] if mounts_efa else []),
        ],
    }
    spec = {
        # The operator's deadline counts from the launcher on. This one ends workers that wait for others in
        # vain, so that no node is paid for without end.
        "activeDeadlineSeconds": job.deadline_minutes * 60,
        "automountServiceAccountToken": False,
        "nodeSelector": {POOL_LABEL: job.pool.name},
        "tolerations": [_toleration(taint) for taint in job.pool.taints],
        "affinity": {"podAntiAffinity": _ONE_ON_EACH_HOST},
        "containers": [container],
        "volumes": [
            {"name": "shared-memory", "emptyDir": {"medium": "Memory"}},
            *([_INFINIBAND] if mounts_efa else []),
        ],
    }
    metadata = {**_pod(job), "annotations": {"karpenter.sh/do-not-disrupt": "true"}}
    return {"replicas": job.nodes, "restartPolicy": "Never", "template": {"metadata": metadata, "spec": spec}}


def _pod(job: NcclJob) -> dict[str, Any]:
    return {"labels": _labels(job)}


_ONE_ON_EACH_HOST = {
    "requiredDuringSchedulingIgnoredDuringExecution": [
        {
            "labelSelector": {"matchLabels": {nccl_job.ROLE_LABEL: "worker"}},
            "topologyKey": "kubernetes.io/hostname",
        }
    ]
}
"""Two workers on one node would measure the inside of that node."""

_INFINIBAND = {"name": "infiniband", "hostPath": {"path": "/dev/infiniband", "type": "Directory"}}


def _worker_resources(job: NcclJob) -> dict[str, Any]:
    """Devices are requested as they are limited, as Kubernetes wants it; the CPU is not limited, because a
    throttled rank measures the throttling."""
    both = {GPU_RESOURCE: str(job.gpus_per_node), "memory": f"{WORKER_MEMORY_GIB}Gi"}
    if job.variant == "efa":
        both[EFA_RESOURCE] = str(job.pool.efa_interfaces_per_node)
    if job.hugepages and job.variant != "socket":
        both[HUGEPAGES_RESOURCE] = f"{WORKER_MIB}Mi"
    return {"requests": {"cpu": str(job.gpus_per_node), **both}, "limits": both}


def _toleration(taint: Mapping[str, str]) -> dict[str, str]:
    value = taint.get("value")
    match = {"operator": "Equal", "value": value} if value else {"operator": "Exists"}
    return {"key": taint["key"], **match, "effect": taint["effect"]}
