"""The workers and the launcher of an MPIJob, as the operator makes them of its templates.

After `newWorker` and `newLauncherJob` in pkg/controller/mpi_job_controller.go of the MPI operator 0.8.2.
Left out is what only a process in a pod would meet, as none runs here: mpirun's environment and host file,
SSH keys and their mounts, and the Service by which pods find each other.
"""

import copy
from typing import Any

from knowledge.nccl_job import JOB_LABEL, ROLE_LABEL
from sandbox.world.kubernetes import Document
from sandbox.world.mpi.job import INDEX_LABEL, OPERATOR, OPERATOR_LABEL, MpiJob, Role

OWN_STATUS = {"kwok.x-k8s.io/status": "custom"}
"""An annotation for pods that KWOK leaves alone. It would complete the pod of a Job as soon as it runs."""


def worker(job: MpiJob, index: int) -> Document:
    """A pod that waits for the launcher's call."""
    template = _template(job, "worker", "Never")
    container = template["spec"]["containers"][0]
    if not container.get("command") and not container.get("args"):
        container["command"] = ["/usr/sbin/sshd", "-De"]
    template["metadata"]["labels"][INDEX_LABEL] = str(index)
    template["spec"] |= {"hostname": job.worker_name(index), "subdomain": job.name}
    return {"apiVersion": "v1", "kind": "Pod", **_named(job, job.worker_name(index), template)}


def launcher(job: MpiJob) -> Document:
    """The Job whose pod runs mpirun. Its retries and its deadline are Kubernetes' own."""
    template = _template(job, "launcher", "OnFailure")
    template["spec"] |= {"hostname": job.launcher_name, "subdomain": job.name}
    passed_on = ("ttlSecondsAfterFinished", "activeDeadlineSeconds", "backoffLimit")
    spec = {name: job.policy[name] for name in passed_on if name in job.policy}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": job.launcher_name,
            "namespace": job.namespace,
            "labels": {"app": job.name},
            "ownerReferences": [job.owner_reference],
        },
        "spec": {
            **spec,
            "suspend": job.is_suspended,
            # Two launchers at a time would call the same workers.
            "podReplacementPolicy": "Failed",
            "template": template,
        },
    }


def _template(job: MpiJob, role: Role, default_restart_policy: str) -> dict[str, Any]:
    replica = job.replica(role)
    template: dict[str, Any] = copy.deepcopy(replica["template"])
    labels = {OPERATOR_LABEL: OPERATOR, JOB_LABEL: job.name, ROLE_LABEL: role}
    metadata = template.get("metadata") or {}
    template["metadata"] = {
        "labels": {**(metadata.get("labels") or {}), **labels},
        "annotations": {**(metadata.get("annotations") or {}), **OWN_STATUS},
    }
    template["spec"]["restartPolicy"] = replica.get("restartPolicy", default_restart_policy)
    return template


def _named(job: MpiJob, name: str, template: dict[str, Any]) -> Document:
    identity = {"name": name, "namespace": job.namespace, "ownerReferences": [job.owner_reference]}
    return {**template, "metadata": {**template["metadata"], **identity}}
