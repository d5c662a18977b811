"""A stack on a platform: what it makes of the other's outputs, and what it says of those it cannot use."""

from typing import Any

import pulumi
import pytest

from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

PLATFORM = "acme/eks-efa-karpenter/prod"
MPI_JOB = "kubernetes:kubeflow.org/v2beta1:MPIJob"
PROVIDER = "pulumi:providers:kubernetes"


def _platform(**changes: Any) -> dict[str, Any]:
    """The outputs of a stack with a cluster, as the program itself exports them."""
    pools = only(node_groups=[node_group()], provisioners=[provisioner(taints=[{"key": "team"}])])
    return {**run_program("dev", changes=pools).outputs, **changes}


def _tenant(pool: str = "train", *, outputs: dict[str, Any] | None = None, **how: Any) -> Run:
    """Runs a stack on that platform; `how` may be settings of its test, `preview` and `into`."""
    of_the_run = {key: how.pop(key) for key in ("preview", "into") if key in how}
    of_a_cluster = dict.fromkeys(("network", "cluster", "nodeGroups", "provisioners"))
    changes = {**of_a_cluster, "platform": PLATFORM, "nccl": {"pool": pool, **how}}
    platforms = {PLATFORM: _platform() if outputs is None else outputs}
    return run_program("dev", changes=changes, platforms=platforms, **of_the_run)


def _refusal(**how: Any) -> tuple[str, Run]:
    run = Run()
    with pytest.raises(pulumi.RunError) as refused:
        _tenant(into=run, **how)
    return str(refused.value), run


def test_a_tenant_makes_its_test_and_nothing_else() -> None:
    types = {resource.type for resource in _tenant().resources.values()}
    assert types == {
        "eks-efa:cluster:Tenant",
        "eks-efa:nccl:NcclTest",
        "kubernetes:core/v1:Namespace",
        MPI_JOB,
        PROVIDER,
    }


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(("pool", "taint"), [("train", "nvidia.com/gpu"), ("elastic", "team")])
def test_its_jobs_are_for_nodes_as_the_platform_describes_them(pool: str, taint: str, preview: bool) -> None:
    run = _tenant(pool, preview=preview)
    for job in run.of_type(MPI_JOB):
        workers = job.inputs["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]
        assert workers["nodeSelector"] == {"eks-efa/pool": pool}
        assert [each["key"] for each in workers["tolerations"]] == [taint]
    assert run.outputs["nccl"]["instanceType"] == "p4d.24xlarge"
    assert run.outputs["nccl"]["efaInterfacesPerNode"] == 4


def test_its_launcher_runs_where_the_platform_keeps_such_pods() -> None:
    theirs = {"eks.amazonaws.com/nodegroup": "default"}
    for outputs, labels in ((None, {"eks-efa/system": "true"}), (_platform(systemNodeLabels=theirs), theirs)):
        for job in _tenant(outputs=outputs).of_type(MPI_JOB):
            launcher = job.inputs["spec"]["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]
            assert launcher["nodeSelector"] == labels


def test_its_jobs_are_those_that_the_platform_itself_would_make() -> None:
    pools = only(node_groups=[node_group()])
    own = run_program("dev", changes={**pools, "nccl": {"pool": "train"}})
    jobs = [{job.name: job.inputs for job in run.of_type(MPI_JOB)} for run in (own, _tenant())]
    assert jobs[0] == jobs[1]


def test_everything_of_it_is_in_the_platforms_cluster() -> None:
    run = _tenant(outputs=_platform(kubeconfig="the platform's"))
    provider = run.one(PROVIDER)
    assert provider.inputs["kubeconfig"] == "the platform's"
    inside = [each for each in run.resources.values() if each.type.startswith("kubernetes:")]
    assert all(each.provider.startswith(provider.urn) for each in inside)


def test_its_outputs_hold_no_secret() -> None:
    run = _tenant()
    assert set(run.outputs) == {"platform", "clusterName", "nccl"}
    assert run.secret_outputs == set()


def test_a_tenant_without_a_test_only_names_its_platform() -> None:
    changes = dict.fromkeys(("network", "cluster", "nodeGroups", "provisioners", "nccl"))
    run = run_program("dev", changes={**changes, "platform": PLATFORM}, platforms={PLATFORM: _platform()})
    assert [each.type for each in run.resources.values()] == ["eks-efa:cluster:Tenant"]
    assert run.outputs["platform"] == PLATFORM


@pytest.mark.parametrize(
    ("outputs", "line"),
    [
        ({}, "has no output contractVersion; name a deployed stack of this program"),
        ({"contractVersion": 2}, "keeps version 2 of the contract, this program 1; update this program"),
    ],
)
def test_a_platform_of_another_version_is_refused_in_one_line(outputs: dict[str, Any], line: str) -> None:
    told, run = _refusal(outputs=outputs)
    assert told == f"platform: {PLATFORM} {line}"
    assert not [resource.type for resource in run.resources.values() if resource.custom]


def test_a_pool_that_the_platform_does_not_have_is_told_which_there_are() -> None:
    told, run = _refusal(pool="trian")
    assert told == (f'nccl.pool: {PLATFORM} has no node group or provisioner "trian"; it has elastic, train')
    assert run.of_type(MPI_JOB) == []


def test_a_second_test_in_the_same_namespace_is_refused() -> None:
    told, run = _refusal(outputs=_platform(nccl={"namespace": "nccl-test", "pool": "train"}))
    assert told == (
        f"nccl.pool: {PLATFORM} has an NCCL test in namespace nccl-test already; "
        "give this stack a team, or take nccl out of one of the two"
    )
    assert run.of_type(MPI_JOB) == []


def test_a_test_that_the_platforms_nodes_cannot_run_is_refused_with_every_reason() -> None:
    told, run = _refusal(nodes=3, gpusPerNode=9, maxBytes="64G")
    _, *faults = told.splitlines()
    assert [fault.strip() for fault in faults] == [
        'nccl.gpusPerNode: 9 is more than the 8 GPUs of "train"',
        'nccl.maxBytes: 64G does not fit the GPU of "train"; largest useful is 8G',
        'nccl.nodes: 3 is more than the 2 nodes that "train" may have',
    ]
    assert run.of_type(MPI_JOB) == []


@pytest.mark.parametrize(("key", "what"), [("gpusPerNode", "GPU"), ("efaInterfacesPerNode", "EFA interface")])
def test_a_pool_without_gpus_or_efa_is_not_for_a_test(key: str, what: str) -> None:
    outputs = _platform()
    outputs["nodeGroups"]["train"][key] = 0
    told, _ = _refusal(outputs=outputs)
    assert told.endswith(f'nccl.pool: the nodes of "train" have no {what}; choose another pool')
