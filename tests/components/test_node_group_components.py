from typing import Any

import pytest

from tests.components.pool_settings import node_group, only
from tests.components.program_recording import run_program
from tests.components.recorded_run import Registered, Run, RunOf

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


def test_system_nodes_are_patched_by_the_release_that_the_settings_name() -> None:
    def release(**changes: Any) -> Any:
        run = run_program("dev", changes=changes)
        return run.one("aws:eks/nodeGroup:NodeGroup", "system-node-group").inputs.get("releaseVersion")

    assert release() is None
    assert release(systemNodes={"ami": {"release": "1.35.4-20261012"}}) == "1.35.4-20261012"


def _group(**changes: Any) -> Registered:
    run = run_program("dev", changes=only(node_groups=[node_group(**changes)]))
    return run.one(NODE_GROUP, "train-node-group")


def test_a_gpu_group_runs_as_many_nodes_as_the_settings_say() -> None:
    group = _group(minNodes=1, desiredNodes=2, maxNodes=3)
    assert group.inputs["scalingConfig"] == {"minSize": 1, "desiredSize": 2, "maxSize": 3}
    assert group.ignore_changes == ()


def test_the_system_group_keeps_the_size_that_somebody_gave_it(built: Run) -> None:
    group = built.one(NODE_GROUP, "system-node-group")
    assert group.ignore_changes == ("scalingConfig.desiredSize",)
    assert group.inputs["scalingConfig"]["desiredSize"] >= 2


def test_the_dev_stack_costs_nothing_in_gpus_until_someone_asks(run_of: RunOf) -> None:
    run = run_of("dev", False)
    groups = [group for group in run.of_type(NODE_GROUP) if "system" not in group.name]
    assert groups
    assert all(group.inputs["scalingConfig"]["desiredSize"] == 0 for group in groups)


@pytest.mark.parametrize(("bought", "eks"), [("on-demand", "ON_DEMAND"), ("spot", "SPOT")])
def test_capacity_is_bought_as_the_settings_say(bought: str, eks: str) -> None:
    assert _group(capacityType=bought).inputs["capacityType"] == eks


def test_a_gpu_group_lives_in_one_zone() -> None:
    assert _group(zone="us-west-2b").inputs["subnetIds"] == ["gpu-network-private-us-west-2b-id"]


def test_a_group_without_a_zone_goes_to_the_first_that_offers_its_type() -> None:
    assert _group().inputs["subnetIds"] == ["gpu-network-private-us-west-2a-id"]


def test_the_system_group_is_spread_over_every_zone(built: Run) -> None:
    system = built.one(NODE_GROUP, "system-node-group").inputs
    private = [each for each in built.of_type("aws:ec2/subnet:Subnet") if "-private-" in each.name]
    assert len(system["subnetIds"]) == len(private) >= 2


def test_gpu_nodes_carry_their_label_and_their_taints() -> None:
    taints = [
        {"key": "team", "effect": "NoExecute"},
        {"key": "x", "value": "y", "effect": "PreferNoSchedule"},
    ]
    group = _group(labels={"team": "vision"}, taints=taints).inputs
    assert group["labels"] == {
        "team": "vision",
        "eks-efa/pool": "train",
        "eks-efa/nvidia": "true",
        "eks-efa/efa": "true",
        "k8s.amazonaws.com/accelerator": "a100",
    }
    assert group["taints"] == [
        {"key": "team", "effect": "NO_EXECUTE"},
        {"key": "x", "value": "y", "effect": "PREFER_NO_SCHEDULE"},
    ]


@pytest.mark.parametrize("tainted", [True, False])
def test_system_nodes_are_tainted_for_critical_addons_where_asked(tainted: bool) -> None:
    run = run_program("dev", changes={"systemNodes": {"criticalAddonsOnly": tainted}})
    taints = run.one(NODE_GROUP, "system-node-group").inputs.get("taints", [])
    assert [taint["key"] for taint in taints] == (["CriticalAddonsOnly"] if tainted else [])


def test_the_system_image_is_of_the_architecture_of_its_type() -> None:
    run = run_program("dev", changes={"systemNodes": {"instanceTypes": ["m7g.xlarge"]}, "nccl": {}})
    assert run.one(NODE_GROUP, "system-node-group").inputs["amiType"] == "AL2023_ARM_64_STANDARD"


def test_a_replaced_gpu_group_gives_its_capacity_back_first() -> None:
    assert _group().delete_before_replace
    assert _group().inputs["updateConfig"] == {"maxUnavailable": 1, "updateStrategy": "MINIMAL"}


def test_a_replaced_system_group_is_made_before_the_old_one_goes(built: Run) -> None:
    system = built.one(NODE_GROUP, "system-node-group")
    assert not system.delete_before_replace
    assert "nodeGroupName" not in system.inputs
