"""Nodes whose settings name no taints have those of their devices, whatever brings them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.device_taints import NEURON_TAINT, taints_of
from knowledge.hardware import InstanceType
from settings.nodes import GPU_TAINT, ProvisionerSettings
from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import run_program
from tests.components.team_runs import OWN, team
from tests.settings.region_table import RegionTable

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
TYPES = tuple(RegionTable(everything=True).instance_type_names())

BY_DEVICE = {
    "NVIDIA GPUs": ("p4d.24xlarge", [("nvidia.com/gpu", "true")]),
    "Neuron devices": ("trn1.32xlarge", [("aws.amazon.com/neuron", "true")]),
    "processors": ("c5n.18xlarge", []),
}


def instance_type(name: str) -> InstanceType:
    found = RegionTable(everything=True).instance_type(name)
    assert found is not None
    return found


def keys_and_values(taints: list[dict[str, Any]] | None) -> list[tuple[str, str]]:
    return [(taint["key"], taint["value"]) for taint in taints or ()]


@pytest.mark.parametrize(("name", "taints"), BY_DEVICE.values(), ids=BY_DEVICE)
def test_karpenters_nodes_have_the_taint_of_their_devices(name: str, taints: list[tuple[str, str]]) -> None:
    run = run_program("dev", changes=only(provisioners=[provisioner(instanceTypes=[name])]))
    template = run.one(NODE_POOL).inputs["spec"]["template"]["spec"]
    assert keys_and_values(template["taints"]) == taints
    assert keys_and_values(run.outputs["provisioners"]["elastic"]["taints"]) == taints


@pytest.mark.parametrize(("name", "taints"), BY_DEVICE.values(), ids=BY_DEVICE)
def test_a_node_group_has_the_taint_of_its_devices(name: str, taints: list[tuple[str, str]]) -> None:
    run = run_program("dev", changes=only(node_groups=[node_group(instanceType=name)]))
    assert keys_and_values(run.one(NODE_GROUP, "train-node-group").inputs.get("taints")) == taints
    assert keys_and_values(run.outputs["nodeGroups"]["train"]["taints"]) == taints


@pytest.mark.parametrize(("name", "taints"), BY_DEVICE.values(), ids=BY_DEVICE)
def test_a_teams_nodes_have_the_teams_taint_beside_it(name: str, taints: list[tuple[str, str]]) -> None:
    template = (
        team(provisioners=({**OWN, "instanceTypes": [name]},)).one(NODE_POOL).inputs["spec"]["template"]
    )
    assert keys_and_values(template["spec"]["taints"]) == [*taints, ("eks-efa/team", "vision")]


@given(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3))
def test_a_taint_is_there_where_some_type_has_the_device_and_nowhere_else(names: list[str]) -> None:
    types = [instance_type(name) for name in names]
    settings = ProvisionerSettings.model_validate_json(f'{{"name": "a", "instanceTypes": ["{names[0]}"]}}')
    taints = taints_of(settings, types)
    assert (GPU_TAINT in taints) == any(each.gpu_manufacturer == "NVIDIA" for each in types)
    assert (NEURON_TAINT in taints) == any(each.neuron_devices for each in types)


@given(st.sampled_from(TYPES), st.sampled_from(["[]", '[{"key": "nvidia.com/gpu"}]', '[{"key": "mine"}]']))
def test_taints_that_are_named_stay_as_they_are(name: str, taints: str) -> None:
    text = f'{{"name": "a", "instanceTypes": ["{name}"], "taints": {taints}}}'
    settings = ProvisionerSettings.model_validate_json(text)
    assert taints_of(settings, [instance_type(name)]) == settings.taints
