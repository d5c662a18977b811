import json
from typing import Any

import pytest

from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import PUBLIC, run_program
from tests.components.recorded_run import Run, RunOf

RELEASE = "kubernetes:helm.sh/v3:Release"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
GROUPS = [node_group(name="train"), node_group(name="plain", efa=False)]


def _run(mode: str, **changes: Any) -> Run:
    pools = only(node_groups=GROUPS, provisioners=[provisioner()])
    return run_program("dev", changes={**pools, "autoscaler": mode, **changes})


def _names(run: Run) -> set[str]:
    return {release.inputs["name"] for release in run.of_type(RELEASE)}


def test_a_stack_runs_karpenter_alone_unless_it_says_otherwise(run_of: RunOf) -> None:
    assert "cluster-autoscaler" not in _names(run_of("dev", False))


def test_both_run_side_by_side() -> None:
    assert _names(_run("both")) >= {"cluster-autoscaler", "karpenter", "karpenter-crd"}


def test_the_test_of_a_provisioner_waits_as_the_provisioner_does() -> None:
    run = _run("cluster-autoscaler", nccl={"pool": "elastic"})
    assert "nccl" not in run.outputs
    assert "nccl" in _run("both", nccl={"pool": "elastic"}).outputs


def test_with_cluster_autoscaler_alone_there_is_nothing_of_karpenter() -> None:
    run = _run("cluster-autoscaler")
    assert not [each for each in run.resources.values() if each.type.startswith("eks-efa:karpenter")]
    assert "karpenter" not in _names(run)
    assert run.outputs["provisioners"] == {}
    assert "karpenterRoleArn" not in run.outputs


@pytest.mark.parametrize("mode", ["cluster-autoscaler", "both"])
def test_groups_keep_the_size_that_the_autoscaler_gave_them(mode: str) -> None:
    group = _run(mode).one(NODE_GROUP, "-train-node-group")
    assert group.ignore_changes == ("scalingConfig.desiredSize",)


def test_an_empty_group_tells_the_autoscaler_of_its_gpus_and_interfaces() -> None:
    prefix = "k8s.io/cluster-autoscaler/node-template/resources/"
    run = _run("both")
    tags = run.one(NODE_GROUP, "-train-node-group").inputs["tags"]
    assert (tags[f"{prefix}nvidia.com/gpu"], tags[f"{prefix}vpc.amazonaws.com/efa"]) == ("8", "4")
    assert f"{prefix}vpc.amazonaws.com/efa" not in run.one(NODE_GROUP, "-plain-node-group").inputs["tags"]
    assert not any(
        key.startswith(prefix)
        for key in _run("karpenter").one(NODE_GROUP, "-train-node-group").inputs["tags"]
    )


def test_the_release_is_of_the_clusters_own_minor_and_finds_its_groups_by_its_name() -> None:
    run = _run("both", cluster={"name": "efa-dev", **PUBLIC, "version": "1.34"})
    release = run.one(RELEASE, "-cluster-autoscaler-chart").inputs
    assert release["values"]["image"]["tag"].startswith("v1.34.")
    assert release["values"]["autoDiscovery"] == {"clusterName": "efa-dev"}
    assert release["repositoryOpts"] == {"repo": "https://kubernetes.github.io/autoscaler"}


def test_every_change_of_the_setting_is_one_of_the_release() -> None:
    both, alone = (
        _run(mode).one(RELEASE, "-cluster-autoscaler-chart").inputs for mode in ("both", "cluster-autoscaler")
    )
    assert both["values"] != alone["values"]


def test_its_account_is_the_one_that_has_the_role() -> None:
    run = _run("cluster-autoscaler")
    association = run.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    values = run.one(RELEASE, "-cluster-autoscaler-chart").inputs["values"]
    assert association["serviceAccount"] == values["rbac"]["serviceAccount"]["name"]
    role = run.one("aws:iam/role:Role", "cluster-autoscaler-controller-role")
    trust = json.loads(role.inputs["assumeRolePolicy"])
    assert values["rbac"]["serviceAccount"]["name"] in json.dumps(trust)


def test_it_goes_before_the_groups_that_it_sizes() -> None:
    run = _run("both")
    release = run.one(RELEASE, "-cluster-autoscaler-chart")
    assert run.one(NODE_GROUP, "-train-node-group").urn in run.before(release)
