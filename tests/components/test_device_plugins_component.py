from typing import Any

from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

RELEASE = "kubernetes:helm.sh/v3:Release"
NVIDIA = "-nvidia-device-plugin"
EFA = "-aws-efa-k8s-device-plugin"


def _names(run: Run) -> set[str]:
    return {release.inputs["chart"] for release in run.of_type(RELEASE) if "plugin" in release.name}


def _efa_pools(run: Run) -> list[str]:
    values: dict[str, Any] = run.one(RELEASE, EFA).inputs["values"]
    pools: list[str] = values["supportedInstanceLabels"]["values"]
    return pools


def test_both_charts_come_from_their_own_repositories_at_a_fixed_version(built: Run) -> None:
    nvidia, efa = built.one(RELEASE, NVIDIA).inputs, built.one(RELEASE, EFA).inputs
    assert nvidia["repositoryOpts"] == {"repo": "https://nvidia.github.io/k8s-device-plugin"}
    assert efa["repositoryOpts"] == {"repo": "https://aws.github.io/eks-charts"}
    assert (nvidia["version"], efa["version"]) == ("0.18.2", "v0.5.30")
    assert {nvidia["namespace"], efa["namespace"]} == {"kube-system"}


def test_every_pool_of_the_stack_gets_both_plugins(built: Run) -> None:
    pools = [*built.outputs["nodeGroups"], *built.outputs["provisioners"]]
    affinity = built.one(RELEASE, NVIDIA).inputs["values"]["affinity"]["nodeAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"][0]["values"] == pools
    assert _efa_pools(built) == pools


def test_a_deployment_waits_for_no_node_that_is_still_booting(built: Run) -> None:
    assert built.one(RELEASE, NVIDIA).inputs["skipAwait"] is True
    assert built.one(RELEASE, EFA).inputs["skipAwait"] is True


def test_pools_without_efa_get_no_efa_plugin() -> None:
    pools = only(
        node_groups=[node_group(efa=False)],
        provisioners=[provisioner(efa="none"), provisioner(name="with-efa", efa="dynamic")],
    )
    assert _efa_pools(run_program("dev", changes=pools)) == ["with-efa"]


def test_a_plugin_without_a_pool_to_run_in_is_not_installed() -> None:
    without_efa = only(provisioners=[provisioner(efa="none")])
    assert _names(run_program("dev", changes=without_efa)) == {"nvidia-device-plugin"}


def test_a_plugin_that_something_else_brings_is_left_out() -> None:
    changes = {"devicePlugins": {"nvidia": {"enabled": False}, "efa": {"version": "v0.5.29"}}}
    run = run_program("dev", changes=changes)
    assert _names(run) == {"aws-efa-k8s-device-plugin"}
    assert run.one(RELEASE, EFA).inputs["version"] == "v0.5.29"
