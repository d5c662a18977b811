"""Faults of an MPIJob that the CRD's schema lets pass and the operator does not.

After pkg/apis/kubeflow/validation/validation.go of the MPI operator 0.8.2, without the fields that have one
right value here.
"""

import re
from collections.abc import Iterator

from sandbox.world.mpi.job import MpiJob, Role

HOST_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
"""A label by RFC 1035, which a worker's host name has to be."""

RESTART_POLICIES = ("Never", "OnFailure")
ROLES: tuple[Role, ...] = ("launcher", "worker")


def faults_of(job: MpiJob) -> Iterator[str]:
    """Each as `field: what is wrong`."""
    last = job.worker_name(max(job.workers, 1) - 1)
    if not HOST_NAME.fullmatch(last):
        yield f"metadata.name: {job.name}: the pod's host name {last} is no DNS label"
    for role in ROLES:
        path, replica = f"spec.mpiReplicaSpecs[{role.capitalize()}]", job.replica(role)
        if not replica:
            if role == "launcher":
                yield f"{path}: must have Launcher replica spec"
            continue
        if replica.get("restartPolicy", "Never") not in RESTART_POLICIES:
            allowed = ", ".join(RESTART_POLICIES)
            yield f"{path}.restartPolicy: {replica['restartPolicy']}: supported are {allowed}"
        if not replica.get("template", {}).get("spec", {}).get("containers"):
            yield f"{path}.template.spec.containers: must define at least one container"
    if job.replica("launcher").get("replicas", 1) != 1:
        yield "spec.mpiReplicaSpecs[Launcher].replicas: must be 1"
    if job.replica("worker") and job.workers < 1:
        yield "spec.mpiReplicaSpecs[Worker].replicas: must be greater than or equal to 1"
