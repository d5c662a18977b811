"""Templates and runs of the NCCL test: the stack makes suspended MPIJobs, and a run is a copy that is not.

As `kubectl create job --from=cronjob/x` does it; so the stack never sees a run, and `up` changes nothing.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from lightkube.core.client import LabelSelector
from lightkube.generic_resource import GenericNamespacedResource, create_namespaced_resource
from lightkube.models.meta_v1 import ObjectMeta

from cli.cluster import NOT_FOUND, Cluster
from cli.errors import CommandError
from knowledge.nccl_job import (
    API_VERSION,
    EXPECTATION_ANNOTATION,
    JOB_POOL_LABEL,
    KIND,
    NAMESPACE,
    RUN_LABEL,
    TEMPLATE_LABEL,
    VARIANT_LABEL,
    VARIANTS,
    JobExpectation,
    Variant,
    run_name,
)
from knowledge.nccl_sizes import size_in_bytes
from knowledge.node_names import EFA_RESOURCE
from nccl.verdict import Expectation

_GROUP, _VERSION = API_VERSION.split("/")
MPIJob = create_namespaced_resource(_GROUP, _VERSION, KIND, "mpijobs")


@dataclass(frozen=True)
class Template:
    """One template. `spec` is that of its MPIJob, as the cluster has it."""

    variant: Variant
    pool: str
    expectation: JobExpectation
    spec: Mapping[str, Any]
    namespace: str = NAMESPACE

    @property
    def workers(self) -> int:
        """How many worker pods a run has."""
        return int(self.spec["mpiReplicaSpecs"]["Worker"].get("replicas", 1))

    @property
    def deadline_seconds(self) -> float | None:
        """How long the launcher may take, None where nothing ends it."""
        deadline = self.spec.get("runPolicy", {}).get("activeDeadlineSeconds")
        return None if deadline is None else float(deadline)

    @property
    def worker_limits(self) -> Mapping[str, str]:
        """Devices, huge pages and memory that each worker asks for."""
        (container, *_) = self._worker_pod["containers"]
        limits: Mapping[str, str] = container.get("resources", {}).get("limits", {})
        return limits

    @property
    def worker_tolerations(self) -> list[Mapping[str, str]]:
        """The taints of its nodes that a worker puts up with."""
        return list(self._worker_pod.get("tolerations", ()))

    @property
    def efa_interfaces_given(self) -> int:
        """EFA interfaces that the device plugin gives each worker; 0 also where they are mounted instead."""
        return int(self.worker_limits.get(EFA_RESOURCE, 0))

    @property
    def largest_size(self) -> int | None:
        """Bytes of the largest message, by the launcher's command; None where it does not say."""
        (container, *_) = self.spec["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]["containers"]
        command: list[str] = container.get("command", [])
        return size_in_bytes(command[command.index("-e") + 1]) if "-e" in command else None

    @property
    def _worker_pod(self) -> Mapping[str, Any]:
        pod: Mapping[str, Any] = self.spec["mpiReplicaSpecs"]["Worker"]["template"]["spec"]
        return pod

    def expected(self) -> Expectation:
        """What the log of a run must show."""
        asked = self.expectation
        return Expectation(
            asked.provider, asked.interfaces, asked.instance_type, asked.nodes, asked.collective
        )

    def run(self, stamp: str) -> GenericNamespacedResource:
        """The MPIJob of one run, which the operator takes up as soon as it exists."""
        spec = copy.deepcopy(dict(self.spec))
        spec["runPolicy"] = {key: value for key, value in spec["runPolicy"].items() if key != "suspend"}
        labels = {RUN_LABEL: stamp, VARIANT_LABEL: self.variant, JOB_POOL_LABEL: self.pool}
        metadata = ObjectMeta(
            name=run_name(self.variant, stamp),
            namespace=self.namespace,
            labels={"app.kubernetes.io/managed-by": "eks-efa"} | labels,
            annotations={EXPECTATION_ANNOTATION: self.expectation.to_annotation()},
        )
        return MPIJob(apiVersion=API_VERSION, kind=KIND, metadata=metadata, spec=spec)


def read_templates(cluster: Cluster) -> tuple[Template, ...]:
    """All templates of the cluster."""
    return tuple(template_of(job) for job in jobs_labelled(cluster, {TEMPLATE_LABEL: "true"}))


def jobs_labelled(cluster: Cluster, labels: LabelSelector) -> list[GenericNamespacedResource]:
    """The test's MPIJobs with these labels; none where the MPI operator's definitions are not installed."""
    try:
        return list(cluster.client.list(MPIJob, namespace=cluster.nccl_namespace, labels=labels))
    except httpx2.HTTPStatusError as error:
        # No ApiError where the whole group is missing: then the answer is plain text.
        if error.response.status_code == NOT_FOUND:
            return []
        raise


def template_of(job: GenericNamespacedResource) -> Template:
    """Read an MPIJob's labels and annotation; raises CommandError where another program wrote them."""
    metadata = job.metadata or ObjectMeta()
    labels, annotations = metadata.labels or {}, metadata.annotations or {}
    variant = next((each for each in VARIANTS if each == labels.get(VARIANT_LABEL)), None)
    try:
        expectation = JobExpectation.from_annotation(annotations.get(EXPECTATION_ANNOTATION, ""))
    except ValueError as error:
        raise _unusable(metadata, EXPECTATION_ANNOTATION) from error
    if variant is None:
        raise _unusable(metadata, VARIANT_LABEL)
    namespace = metadata.namespace or NAMESPACE
    return Template(variant, labels.get(JOB_POOL_LABEL, ""), expectation, job["spec"], namespace)


def chosen(found: Iterable[Template], wanted: Sequence[Variant]) -> tuple[Template, ...]:
    """The templates of the wanted variants (none: of all) in the order in which they run: socket first.

    Raises CommandError where the stack has no NCCL test, or not this variant of it.
    """
    by_variant = {template.variant: template for template in found}
    if not by_variant:
        cure = "name the pool to test in `nccl.pool` of Pulumi.<stack>.yaml, then: make up"
        raise CommandError("nccl", "this cluster has no NCCL test", cure)
    missing = [variant for variant in wanted if variant not in by_variant]
    if missing:
        cure = f"it has {', '.join(by_variant)}; see `nccl` in docs/settings.md"
        raise CommandError("nccl", f"this cluster has no variant {missing[0]} of the test", cure)
    return tuple(by_variant[variant] for variant in VARIANTS if variant in (wanted or by_variant))


def _unusable(metadata: ObjectMeta, lacking: str) -> CommandError:
    cure = "let the program write it anew: make up"
    place = f"{metadata.namespace}/{metadata.name}"
    return CommandError(place, f"{lacking} does not say what the test is", cure)
