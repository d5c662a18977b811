"""A TrainJob whose resourcesPerNode takes its runtime's EFA interfaces away is told so."""

import pytest

from cli.prove.job import prove_job
from cli.prove.jobs import Wanted
from cli.prove.train_job import trap_of
from nccl.verdict import Outcome
from tests.cli.nccl.fake_api import Document, FakeApi
from tests.cli.prove.job_objects import api_with, job_pod
from tests.nccl.prove.job_logs import TCP, pod

GROUP = "/apis/trainer.kubeflow.org/v1alpha1"
HAS_EFA = {"limits": {"nvidia.com/gpu": 8, "vpc.amazonaws.com/efa": 32}}
GPUS_ONLY = {"limits": {"nvidia.com/gpu": 8}}
TRAP = (
    "TrainJob train sets trainer.resourcesPerNode without vpc.amazonaws.com/efa: Trainer puts it in the "
    "place of the runtime's resources, so {erased} gone; add vpc.amazonaws.com/efa to resourcesPerNode"
)


def api_of(
    resources: Document | None, runtime: Document | None = HAS_EFA, kind: str | None = None
) -> FakeApi:
    label = "jobset.sigs.k8s.io/jobset-name"
    api = api_with(*(job_pod(index, label=label, efa=0) for index in (0, 1)))
    api.undefined.discard("trainer.kubeflow.org")
    for index in (0, 1):
        api.logs[f"train-{index}-abcde"] = pod(TCP, index).log
    trainer = {"numNodes": 2} | ({"resourcesPerNode": resources} if resources else {})
    reference = {"name": "torch"} | ({"kind": kind} if kind else {})
    spec = {"trainer": trainer, "runtimeRef": reference}
    api.put(f"{GROUP}/namespaces/default/trainjobs/train", {"metadata": {"name": "train"}, "spec": spec})
    if runtime:
        template = {"spec": {"containers": [{"name": "node", "resources": runtime}]}}
        replicated = [{"name": "node", "template": {"spec": {"template": template}}}]
        found = {
            "metadata": {"name": "torch"},
            "spec": {"template": {"spec": {"replicatedJobs": replicated}}},
        }
        cluster_wide = kind in (None, "ClusterTrainingRuntime")
        place = "clustertrainingruntimes" if cluster_wide else "namespaces/default/trainingruntimes"
        api.put(f"{GROUP}/{place}/torch", found)
    return api


@pytest.mark.parametrize("kind", [None, "ClusterTrainingRuntime", "TrainingRuntime"])
def test_the_interfaces_that_its_runtime_asks_for_are_counted(kind: str | None) -> None:
    erased = "the 32 vpc.amazonaws.com/efa of its runtime are"
    assert trap_of(api_of(GPUS_ONLY, kind=kind).cluster(), "train", "default") == TRAP.format(erased=erased)


@pytest.mark.parametrize("runtime", [None, GPUS_ONLY])
def test_a_runtime_that_cannot_be_read_or_has_none_is_not_said_to_have_some(runtime: Document | None) -> None:
    erased = "whatever EFA its runtime asks for is"
    assert trap_of(api_of(GPUS_ONLY, runtime).cluster(), "train", "default") == TRAP.format(erased=erased)


@pytest.mark.parametrize("resources", [None, HAS_EFA, {"requests": {"vpc.amazonaws.com/efa": "32"}}])
def test_a_train_job_that_erases_nothing_is_no_trap(resources: Document | None) -> None:
    assert trap_of(api_of(resources).cluster(), "train", "default") is None


def test_a_cluster_without_trainer_has_no_trap() -> None:
    assert trap_of(api_with().cluster(), "train", "default") is None


def test_the_verdict_on_its_job_names_the_trap() -> None:
    report = prove_job(api_of(GPUS_ONLY).cluster(), Wanted("train", None, None))
    names = "train-0-abcde, train-1-abcde"
    assert (report.outcome, report.reasons) == (
        Outcome.FAIL,
        (
            f"{names} go over Socket",
            f"{names}: the pod asks for no vpc.amazonaws.com/efa",
            TRAP.format(erased="the 32 vpc.amazonaws.com/efa of its runtime are"),
        ),
    )
