"""What a stack reads of another's outputs, and what it says of those that it cannot use."""

import copy
from typing import Any

import pytest

from knowledge.stack_contract import (
    CLUSTER_OUTPUTS,
    CONTRACT_VERSION,
    ClusterContract,
    ContractError,
    PoolContract,
    cluster_contract,
    pool_contract,
    system_nodes,
)
from knowledge.system_nodes import OWN

PLATFORM = "acme/eks-efa-karpenter/platform"
TAINTS = [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}]
OUTPUTS: dict[str, Any] = {
    "contractVersion": 1,
    "nodeGroups": {
        "train": {
            "instanceType": "p5.48xlarge",
            "gpusPerNode": 8,
            "gpuMemoryMib": 81920,
            "efaInterfacesPerNode": 32,
            "maxNodes": 2,
            "taints": TAINTS,
        }
    },
    "provisioners": {
        "g": {
            "instanceTypes": ["g5.8xlarge", "g6.8xlarge"],
            "gpusPerNode": 1,
            "gpuMemoryMib": 22888,
            "efaInterfacesPerNode": 1,
            "maxNodes": 4,
            "taints": [],
        }
    },
}


def refusal(outputs: dict[str, Any], pool: str = "train") -> str:
    with pytest.raises(ContractError) as refused:
        pool_contract(PLATFORM, outputs, pool)
    return str(refused.value)


def without(*keys: str) -> dict[str, Any]:
    outputs = copy.deepcopy(OUTPUTS)
    for key in keys:
        outputs.pop(key)
    return outputs


def test_a_node_group_is_read() -> None:
    assert pool_contract(PLATFORM, OUTPUTS, "train") == PoolContract(
        name="train",
        instance_types=("p5.48xlarge",),
        gpus_per_node=8,
        gpu_memory_mib=81920,
        efa_interfaces_per_node=32,
        max_nodes=2,
        taints=tuple(TAINTS),
    )


def test_a_provisioner_is_read_with_all_its_types() -> None:
    assert pool_contract(PLATFORM, OUTPUTS, "g").instance_types == ("g5.8xlarge", "g6.8xlarge")


def test_a_number_may_come_back_as_a_float() -> None:
    """Pulumi keeps every number as one."""
    assert pool_contract(PLATFORM, {**OUTPUTS, "contractVersion": 1.0}, "train").gpus_per_node == 8


def test_an_unknown_pool_is_told_which_there_are() -> None:
    line = f'nccl.pool: {PLATFORM} has no node group or provisioner "trian"; it has g, train'
    assert refusal(OUTPUTS, "trian") == line


def test_a_platform_without_pools_says_so() -> None:
    assert refusal(without("nodeGroups", "provisioners")).endswith('provisioner "train"; it has none')


@pytest.mark.parametrize(
    ("outputs", "line"),
    [
        ({}, f"platform: {PLATFORM} has no output contractVersion; name a deployed stack of this program"),
        (
            {"url": "x"},
            f"platform: {PLATFORM} has no output contractVersion; name a deployed stack of this program",
        ),
        (
            {"contractVersion": CONTRACT_VERSION + 1},
            f"platform: {PLATFORM} keeps version {CONTRACT_VERSION + 1} of the contract, this program "
            f"{CONTRACT_VERSION}; update this program",
        ),
        (
            {"contractVersion": CONTRACT_VERSION - 1},
            f"platform: {PLATFORM} keeps version {CONTRACT_VERSION - 1} of the contract, this program "
            f"{CONTRACT_VERSION}; run `up` on it with this version of the program",
        ),
        (
            {"contractVersion": "one"},
            f"platform: {PLATFORM} keeps version 'one' of the contract, this program {CONTRACT_VERSION}; "
            "run `up` on it with this version of the program",
        ),
    ],
)
def test_another_version_of_the_contract_is_one_line(outputs: dict[str, Any], line: str) -> None:
    assert refusal(outputs) == line


@pytest.mark.parametrize("key", ["taints", "gpusPerNode", "maxNodes", "instanceType"])
def test_an_output_of_before_a_field_was_added_is_one_line(key: str) -> None:
    outputs = copy.deepcopy(OUTPUTS)
    del outputs["nodeGroups"]["train"][key]
    assert refusal(outputs) == (
        f"platform: {PLATFORM} says nothing of {key} of train; "
        "run `up` on it with this version of the program"
    )


CLUSTER: dict[str, Any] = {
    **OUTPUTS,
    "clusterName": "shared",
    "region": "us-west-2",
    "nodeRoleName": "node",
    "privateSubnets": {"us-west-2a": "subnet-a"},
    "securityGroups": {"cluster": "sg-1", "efa": "sg-2"},
    "networkPolicies": False,
    "karpenterVersion": "1.14.0",
    "devicePlugins": {"nvidia": True, "efa": False},
}


def test_a_cluster_is_read_with_the_names_of_its_pools() -> None:
    assert cluster_contract(PLATFORM, CLUSTER) == ClusterContract(
        cluster_name="shared",
        region="us-west-2",
        node_role_name="node",
        private_subnets={"us-west-2a": "subnet-a"},
        security_group_ids=("sg-1", "sg-2"),
        network_policies=False,
        has_karpenter=True,
        device_plugins={"nvidia": True, "efa": False},
        pools=("g", "train"),
    )


@pytest.mark.parametrize("key", CLUSTER_OUTPUTS)
def test_a_platform_too_old_for_teams_is_told_what_it_does_not_say(key: str) -> None:
    with pytest.raises(ContractError) as refused:
        cluster_contract(PLATFORM, {name: value for name, value in CLUSTER.items() if name != key})
    cure = "run `up` on it with this version of the program"
    assert str(refused.value) == f"platform: {PLATFORM} says nothing of {key}; {cure}"


def test_a_cluster_of_another_version_is_refused_whatever_it_says() -> None:
    with pytest.raises(ContractError, match="keeps version 2 of the contract"):
        cluster_contract(PLATFORM, {**CLUSTER, "contractVersion": CONTRACT_VERSION + 1})


def test_a_platform_that_says_nothing_of_system_nodes_has_a_group_of_its_own() -> None:
    assert system_nodes(CLUSTER) == OWN
    theirs = {"eks.amazonaws.com/nodegroup": "default"}
    assert system_nodes({**CLUSTER, "systemNodeLabels": theirs}) == theirs
