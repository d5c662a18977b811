from typing import Any

from components.mpi_operator import placed_on
from knowledge.system_nodes import OWN
from tests.components.program_recording import run_program
from tests.components.recorded_run import Registered, Run, RunOf

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
NAMESPACE = "kubernetes:core/v1:Namespace"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"


def _operator(run: Run, type_: str) -> Registered:
    """The only object of a type that upstream calls `mpi-operator`."""
    return run.one(type_, "mpi-operator")


def _pod(deployment: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return pod


def test_the_operator_runs_on_system_nodes_and_tolerates_their_taint(built: Run) -> None:
    pod = _pod(_operator(built, DEPLOYMENT).inputs)
    labels = built.one("aws:eks/nodeGroup:NodeGroup", "system-node-group").inputs["labels"]
    assert pod["nodeSelector"] == labels == {"eks-efa/system": "true"}
    assert {"key": "CriticalAddonsOnly", "operator": "Exists"} in pod["tolerations"]


def test_what_a_manifest_says_of_placement_stays_and_other_kinds_are_left_alone() -> None:
    pod = {"nodeSelector": {"arch": "amd64"}, "tolerations": [{"key": "mine"}]}
    deployment = {"kind": "Deployment", "spec": {"template": {"spec": pod}}}
    job = {"kind": "Job", "spec": {"template": {"spec": {}}}}
    placed, untouched = placed_on(OWN, [deployment, job])
    assert _pod(placed)["nodeSelector"] == {"arch": "amd64", "eks-efa/system": "true"}
    assert [each["key"] for each in _pod(placed)["tolerations"]] == ["mine", "CriticalAddonsOnly"]
    assert untouched == job
    assert pod == {"nodeSelector": {"arch": "amd64"}, "tolerations": [{"key": "mine"}]}


def test_the_operator_starts_when_its_kind_and_its_rights_are_there(built: Run) -> None:
    before = built.before(_operator(built, DEPLOYMENT))
    for type_ in (NAMESPACE, CLUSTER_ROLE):
        assert _operator(built, type_).urn in before
    assert built.one(CRD).urn in before
    assert built.one("aws:eks/nodeGroup:NodeGroup", "system-node-group").urn in before


def test_the_namespace_outlives_what_is_in_it(built: Run) -> None:
    account = _operator(built, "kubernetes:core/v1:ServiceAccount")
    assert _operator(built, NAMESPACE).urn in built.before(account)


def test_a_first_preview_shows_every_object_of_the_operator(run_of: RunOf) -> None:
    previewed, built = run_of("dev", True), run_of("dev", False)
    assert previewed.one(CRD).inputs == built.one(CRD).inputs
    assert _operator(previewed, DEPLOYMENT).inputs == _operator(built, DEPLOYMENT).inputs


def test_a_cluster_that_has_an_operator_gets_no_second_one() -> None:
    run = run_program("dev", changes={"mpiOperator": {"enabled": False}})
    assert run.of_type(DEPLOYMENT) == []
    assert run.of_type(CRD) == []
