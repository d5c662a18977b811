"""What an NCCL test is called in the cluster: the names by which its makers and its readers find each other.

The program makes a suspended MPIJob per variant, the *template*; the command line copies it into a *run*, and
the operator makes pods of that. Whoever looks for one of them asks here how it is labelled.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal, get_args

Variant = Literal["socket", "efa", "efa-mount"]
"""How the data goes: by TCP; by EFA devices that the device plugin gives; by EFA devices mounted from the
host, for nodes without the plugin."""

VARIANTS: tuple[Variant, ...] = get_args(Variant)

NAMESPACE = "nccl-test"
"""Of the templates, the runs and the verdict of a stack's test; a team's has the team's own namespace."""

API_VERSION = "kubeflow.org/v2beta1"
KIND = "MPIJob"

TEMPLATE_LABEL = "eks-efa/nccl-template"
"""On a template, with the value `true`; a run does not have it."""
VARIANT_LABEL = "eks-efa/nccl-variant"
"""On templates and runs: one of `VARIANTS`."""
JOB_POOL_LABEL = "eks-efa/nccl-pool"
"""On templates and runs: the node group or provisioner whose nodes are tested."""
RUN_LABEL = "eks-efa/nccl-run"
"""On a run, with its stamp for a value."""
EXPECTATION_ANNOTATION = "eks-efa/nccl-expectation"
"""On templates and runs: a `JobExpectation` as JSON."""

JOB_LABEL = "training.kubeflow.org/job-name"
"""The operator's own, as the next: on every pod of an MPIJob, with its name
(pkg/apis/kubeflow/v2beta1/constants.go of the MPI operator 0.8.2)."""
ROLE_LABEL = "training.kubeflow.org/job-role"
"""`launcher` or `worker`."""

LAUNCHER_CONTAINER = "launcher"
"""The container whose log is the measurement."""
WORKER_CONTAINER = "worker"

VERDICT_CONFIG_MAP = "nccl-verdict"
"""In `NAMESPACE`: the verdict on the last run."""
SERIES_FILE = "nccl.prom"
"""Its key with the results as Prometheus reads them; the text file collector wants this ending."""


@dataclass(frozen=True)
class JobExpectation:
    """What a run must show to pass; travels with the job, so that whoever reads its log can judge it."""

    provider: Literal["socket", "efa"]
    interfaces: int | None
    """EFA interfaces of one node; None for `socket`."""
    instance_type: str | None
    """None where the pool has several types."""
    nodes: int
    collective: str

    def to_annotation(self) -> str:
        """As the value of `EXPECTATION_ANNOTATION`."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_annotation(cls, text: str) -> "JobExpectation":
        """Read the annotation back; ValueError for text that `to_annotation` did not write."""
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError(f"not the expectation of an NCCL job: {text}") from error


def template_name(variant: Variant) -> str:
    """Name of the MPIJob that the program makes."""
    return f"nccl-{variant}"


def run_name(variant: Variant, stamp: str) -> str:
    """Name of a run; `stamp` is lower-case letters and digits."""
    return f"{template_name(variant)}-{stamp}"


def provider_of(variant: Variant) -> Literal["socket", "efa"]:
    """What must carry the data."""
    return "socket" if variant == "socket" else "efa"
