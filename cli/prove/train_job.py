"""The trap of Kubeflow Trainer v2: a TrainJob that sets `resourcesPerNode` loses what its runtime asks for.

Trainer puts `resourcesPerNode` in the place of the container's resources and merges nothing
(`WithResources` in pkg/runtime/framework/plugins/jobset/builder.go of kubeflow/trainer;
https://github.com/NVIDIA/aicr/issues/2275). GPUs have to be set there, and a `vpc.amazonaws.com/efa` of the
runtime is gone without a word.
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx2
from lightkube.generic_resource import create_global_resource, create_namespaced_resource

from cli.cluster import NOT_FOUND, Cluster
from cli.prove.jobs import FORBIDDEN, TrainJob
from knowledge.node_names import EFA_RESOURCE

_GROUP = ("trainer.kubeflow.org", "v1alpha1")
ClusterRuntime = create_global_resource(*_GROUP, "ClusterTrainingRuntime", "clustertrainingruntimes")
Runtime = create_namespaced_resource(*_GROUP, "TrainingRuntime", "trainingruntimes")


def trap_of(cluster: Cluster, name: str, namespace: str) -> str | None:
    """What the TrainJob of that name does to its pods' EFA interfaces; None where there is none that does."""
    job = _read(lambda: cluster.client.get(TrainJob, name, namespace=namespace))
    if job is None:
        return None
    spec: Mapping[str, Any] = job.get("spec") or {}
    resources = (spec.get("trainer") or {}).get("resourcesPerNode")
    if not resources or _efa(resources):
        return None
    lost = _of_runtime(cluster, spec.get("runtimeRef") or {}, namespace)
    erased = (
        f"the {lost} {EFA_RESOURCE} of its runtime are" if lost else "whatever EFA its runtime asks for is"
    )
    return (
        f"TrainJob {name} sets trainer.resourcesPerNode without {EFA_RESOURCE}: Trainer puts it in the place "
        f"of the runtime's resources, so {erased} gone; add {EFA_RESOURCE} to resourcesPerNode"
    )


def _of_runtime(cluster: Cluster, reference: Mapping[str, Any], namespace: str) -> int:
    """How many interfaces a node of the runtime asks for; 0 where it asks for none or cannot be read."""
    name = str(reference.get("name", ""))
    if reference.get("kind") == "TrainingRuntime":
        runtime = _read(lambda: cluster.client.get(Runtime, name, namespace=namespace))
    else:
        runtime = _read(lambda: cluster.client.get(ClusterRuntime, name))
    return max((_efa(each) for each in _resources((runtime or {}).get("spec"))), default=0)


def _resources(found: Any) -> list[Mapping[str, Any]]:
    """Every `resources` in a runtime's templates of pods."""
    if isinstance(found, list):
        return [each for one in found for each in _resources(one)]
    if not isinstance(found, Mapping):
        return []
    own = [found["resources"]] if isinstance(found.get("resources"), Mapping) else []
    return [*own, *(each for value in found.values() for each in _resources(value))]


def _efa(resources: Mapping[str, Any]) -> int:
    asked = {**(resources.get("requests") or {}), **(resources.get("limits") or {})}
    return int(asked.get(EFA_RESOURCE, 0))


def _read(get: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | None:
    try:
        return get()
    except httpx2.HTTPStatusError as error:
        if error.response.status_code in (NOT_FOUND, FORBIDDEN):
            return None
        raise
