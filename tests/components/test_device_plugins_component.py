from typing import Any

import pytest

from tests.components.pool_settings import node_group, only
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

RELEASE = "kubernetes:helm.sh/v3:Release"
NVIDIA = "-nvidia-device-plugin"
EFA = "-aws-efa-k8s-device-plugin"


def _names(run: Run) -> set[str]:
    return {release.inputs["chart"] for release in run.of_type(RELEASE) if "plugin" in release.name}


def test_both_charts_come_from_their_own_repositories_at_a_fixed_version(built: Run) -> None:
    nvidia, efa = built.one(RELEASE, NVIDIA).inputs, built.one(RELEASE, EFA).inputs
    assert nvidia["repositoryOpts"] == {"repo": "https://nvidia.github.io/k8s-device-plugin"}
    assert efa["repositoryOpts"] == {"repo": "https://aws.github.io/eks-charts"}
    assert (nvidia["version"], efa["version"]) == ("0.18.2", "v0.5.30")
    assert {nvidia["namespace"], efa["namespace"]} == {"kube-system"}


def test_a_team_may_bring_nodes_that_the_platform_itself_has_none_of() -> None:
    run = run_program("dev", changes=only(node_groups=[node_group(instanceType="m6i.large", efa=False)]))
    assert _names(run) == {"nvidia-device-plugin", "aws-efa-k8s-device-plugin"}


def test_a_deployment_waits_for_no_node_that_is_still_booting(built: Run) -> None:
    assert built.one(RELEASE, NVIDIA).inputs["skipAwait"] is True
    assert built.one(RELEASE, EFA).inputs["skipAwait"] is True


@pytest.mark.parametrize(
    ("groups", "charts"),
    [
        ([node_group()], {"nvidia-device-plugin", "aws-efa-k8s-device-plugin"}),
        ([node_group(efa=False)], {"nvidia-device-plugin"}),
        ([node_group(instanceType="c5n.18xlarge")], {"aws-efa-k8s-device-plugin"}),
        ([node_group(instanceType="m6i.large", efa=False)], set()),
    ],
)
def test_without_karpenter_a_plugin_that_no_node_group_needs_is_not_installed(
    groups: list[dict[str, Any]], charts: set[str]
) -> None:
    changes = {**only(node_groups=groups), "autoscaler": "cluster-autoscaler"}
    assert _names(run_program("dev", changes=changes)) == charts


def test_a_plugin_that_something_else_brings_is_left_out() -> None:
    changes = {"devicePlugins": {"nvidia": {"enabled": False}, "efa": {"version": "v0.5.29"}}}
    run = run_program("dev", changes=changes)
    assert _names(run) == {"aws-efa-k8s-device-plugin"}
    assert run.one(RELEASE, EFA).inputs["version"] == "v0.5.29"
