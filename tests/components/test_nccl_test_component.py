"""The NCCL test as the program registers it."""

import json
from typing import Any

import pytest

from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import STACKS, run_program
from tests.components.recorded_run import Registered, Run, RunOf

MPI_JOB = "kubernetes:kubeflow.org/v2beta1:MPIJob"
NAMESPACE = "kubernetes:core/v1:Namespace"
OVERLAY = "kubernetes:karpenter.sh/v1alpha1:NodeOverlay"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


def _changes(pool: str = "elastic", **nccl: Any) -> dict[str, Any]:
    pools = only(node_groups=[node_group()], provisioners=[provisioner()])
    gates = {"karpenter": {"featureGates": {"nodeOverlay": True}}}
    return {**pools, **gates, "nccl": {"pool": pool, **nccl}}


def _jobs(run: Run) -> dict[str, Registered]:
    return {job.inputs["metadata"]["name"]: job for job in run.of_type(MPI_JOB)}


def _workers(job: Registered) -> dict[str, Any]:
    return dict(job.inputs["spec"]["mpiReplicaSpecs"]["Worker"])


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_of_ours_has_a_test_over_tcp_and_one_over_efa(run_of: RunOf, stack: str) -> None:
    assert set(_jobs(run_of(stack, False))) == {"nccl-socket", "nccl-efa"}


@pytest.mark.parametrize("stack", STACKS)
def test_the_first_preview_shows_the_jobs_whole(run_of: RunOf, stack: str) -> None:
    """Nothing in them waits for a resource, so a reviewer sees all that will run."""
    previewed, built = (_jobs(run_of(stack, preview)) for preview in (True, False))
    assert {name: job.inputs for name, job in previewed.items()} == {
        name: job.inputs for name, job in built.items()
    }


def test_nothing_runs_before_somebody_asks(built: Run) -> None:
    assert all(job.inputs["spec"]["runPolicy"]["suspend"] is True for job in built.of_type(MPI_JOB))


def test_jobs_go_before_the_nodes_the_plugins_and_the_operator(built: Run) -> None:
    # Those of the monitoring only look on.
    releases = [
        release
        for release in built.of_type("kubernetes:helm.sh/v3:Release")
        if ":Monitoring$" not in release.urn
    ]
    operator = built.one("kubernetes:apps/v1:Deployment", "mpi-operator")
    wanted = {
        each.urn for each in (*releases, operator, *built.of_type(NODE_POOL), *built.of_type(NODE_GROUP))
    }
    for job in built.of_type(MPI_JOB):
        assert wanted <= built.before(job)


def test_a_job_lives_in_a_namespace_that_allows_no_more_than_it_needs() -> None:
    plain = run_program("dev", changes=_changes())
    mounting = run_program("dev", changes=_changes(efaMount=True))
    levels = [
        run.one(NAMESPACE, "-nccl-namespace").inputs["metadata"]["labels"][
            "pod-security.kubernetes.io/enforce"
        ]
        for run in (plain, mounting)
    ]
    assert levels == ["baseline", "privileged"]
    namespace = plain.one(NAMESPACE, "-nccl-namespace")
    assert namespace.inputs["metadata"]["name"] == "nccl-test"
    assert all(namespace.urn in plain.before(job) for job in plain.of_type(MPI_JOB))


def test_the_variant_that_mounts_the_devices_is_made_only_when_asked_for() -> None:
    assert set(_jobs(run_program("dev", changes=_changes(efaMount=True)))) == {
        "nccl-socket",
        "nccl-efa",
        "nccl-efa-mount",
    }


@pytest.mark.parametrize(("pool", "labelled"), [("elastic", "elastic"), ("train", "train")])
def test_a_provisioner_is_tested_as_a_node_group_is(pool: str, labelled: str) -> None:
    for job in _jobs(run_program("dev", changes=_changes(pool))).values():
        pod = _workers(job)["template"]["spec"]
        assert pod["nodeSelector"] == {"eks-efa/pool": labelled}
        assert [each["key"] for each in pod["tolerations"]] == ["nvidia.com/gpu"]


def test_the_settings_become_the_job() -> None:
    changes = _changes(nodes=4, gpusPerNode=2, collective="sendrecv", image="example.com/own:v1")
    job = _jobs(run_program("dev", changes=changes))["nccl-efa"]
    workers = _workers(job)
    (container,) = workers["template"]["spec"]["containers"]
    assert workers["replicas"] == 4
    assert container["image"] == "example.com/own:v1"
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "2"
    assert container["resources"]["limits"]["vpc.amazonaws.com/efa"] == "4"
    expected = json.loads(job.inputs["metadata"]["annotations"]["eks-efa/nccl-expectation"])
    assert (expected["nodes"], expected["collective"], expected["interfaces"]) == (4, "sendrecv", 4)


def test_karpenter_is_told_of_huge_pages_when_a_job_wants_them() -> None:
    run = run_program("dev", changes=_changes(hugepages=True))
    overlay = run.one(OVERLAY)
    assert overlay.inputs["spec"] == {
        "requirements": [{"key": "karpenter.sh/nodepool", "operator": "In", "values": ["elastic"]}],
        "capacity": {"hugepages-2Mi": "10256Mi"},
    }
    (container,) = _workers(_jobs(run)["nccl-efa"])["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["hugepages-2Mi"] == "5120Mi"


@pytest.mark.parametrize(("pool", "hugepages"), [("elastic", False), ("train", True)])
def test_it_is_told_nothing_where_it_has_no_say_or_nothing_to_know(pool: str, hugepages: bool) -> None:
    run = run_program("dev", changes=_changes(pool, hugepages=hugepages))
    assert run.of_type(OVERLAY) == []


def test_a_stack_without_a_test_has_nothing_of_it() -> None:
    run = run_program("dev", changes=only(node_groups=[node_group()]))
    assert run.of_type(MPI_JOB) == []
    assert "nccl" not in run.outputs


def test_outputs_say_where_the_test_and_its_verdict_are() -> None:
    assert run_program("dev", changes=_changes()).outputs["nccl"] == {
        "namespace": "nccl-test",
        "pool": "elastic",
        "instanceType": "p4d.24xlarge",
        "gpusPerNode": 8,
        "efaInterfacesPerNode": 4,
        "nodes": 2,
        "variants": ["socket", "efa"],
        "verdict": "nccl-test/configmap/nccl-verdict",
    }


def test_a_cluster_that_has_the_operator_already_gets_no_second_one() -> None:
    run = run_program("dev", changes={**_changes(), "mpiOperator": {"enabled": False}})
    assert run.of_type("kubernetes:apps/v1:Deployment") == []
    assert set(_jobs(run)) == {"nccl-socket", "nccl-efa"}
