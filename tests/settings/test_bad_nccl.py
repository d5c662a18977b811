"""NCCL tests that could not run on their pool, or would prove nothing."""

from dataclasses import replace
from typing import Any

import pytest

from knowledge.nccl_image import PUBLIC_IMAGE
from knowledge.stack_contract import PoolContract
from settings.checks.nccl import check_pool_of_platform
from settings.nccl import NcclSettings
from tests.settings.bad_settings import GOOD, PROD, Case, check, lines_of, settings_of, spoilt

GROUP, POOL = "nodeGroups[0]", "provisioners[0]"
WITH_TEST: dict[str, Any] = spoilt({"nccl.pool": "elastic"})
PROD_WITH_TEST: dict[str, Any] = spoilt({"nccl.pool": "elastic"}, PROD)
NOT_A_SIZE = "is not a size: write bytes, or a number with K, M or G, such as 512K or 2G"
IMAGE = "registry.example.com:5000/team/nccl-tests"

CASES: dict[str, Case] = {
    "no pool": (
        {"nccl": {"nodes": 2}},
        "nccl.pool: missing; the test is of the nodes of one pool; "
        "run: pulumi config set --path 'nccl.pool' <node group or provisioner>",
    ),
    "an unknown pool": (
        {"nccl.pool": "elastik"},
        'nccl.pool: "elastik" is no node group or provisioner; there are by-hand, elastic; '
        'did you mean "elastic"?',
    ),
    "a pool that is no name": (
        {"nccl.pool": "The Pool"},
        'nccl.pool: "The Pool" is not a DNS label (a-z, 0-9, "-", max 63)',
    ),
    "one node": ({"nccl.nodes": 1}, "nccl.nodes: 1 proves no network; at least 2"),
    "no nodes": ({"nccl.nodes": 0}, "nccl.nodes: 0 is too small; at least 1"),
    "more nodes than a provisioner has": (
        {"nccl.nodes": 8},
        f"nccl.nodes: 8 is more than {POOL}.maxNodes 4",
    ),
    "more nodes than a provisioner's limit": (
        {"nccl.nodes": 4, f"{POOL}.limits.nodes": 3},
        f"nccl.nodes: 4 is more than {POOL}.limits.nodes 3",
    ),
    "more nodes than a node group has": (
        {"nccl.pool": "by-hand", "nccl.nodes": 3},
        f"nccl.nodes: 3 is more than {GROUP}.maxNodes 2",
    ),
    "more GPUs than a node has": (
        {"nccl.gpusPerNode": 9},
        "nccl.gpusPerNode: 9 is more than the 8 GPUs of p4d.24xlarge",
    ),
    "more GPUs than the smallest type has": (
        {f"{POOL}.instanceTypes": ["g5.48xlarge", "g5.8xlarge"], "nccl.gpusPerNode": 2},
        "nccl.gpusPerNode: 2 is more than the 1 GPU of g5.8xlarge",
    ),
    "a GPU that the public image has no code for": (
        {f"{POOL}.instanceTypes": ["g4dn.8xlarge"], "nccl.maxBytes": "1G"},
        "nccl.image: the public image has no code for the T4 of g4dn.8xlarge, of compute capability 7.5; "
        "it is built for 8.0, 8.6, 8.9, 9.0, 10.0; "
        "run `make image`, push it with `eks-efa image push` and name it here, or test another pool",
    ),
    "no GPUs": ({"nccl.gpusPerNode": 0}, "nccl.gpusPerNode: 0 is too small; at least 1"),
    "a collective misspelt": (
        {"nccl.collective": "allreduce"},
        'nccl.collective: "allreduce" is not a choice; allowed: all_reduce, all_gather, reduce_scatter, '
        'alltoall, sendrecv; did you mean "all_reduce"?',
    ),
    "a size that is a number": (
        {"nccl.minBytes": 8},
        'nccl.minBytes: expected text, got 8; put it in quotes: "8"',
    ),
    "a size in another spelling": ({"nccl.maxBytes": "2GiB"}, f'nccl.maxBytes: "2GiB" {NOT_A_SIZE}'),
    "no size": ({"nccl.minBytes": "0"}, f'nccl.minBytes: "0" {NOT_A_SIZE}'),
    "sizes the wrong way round": (
        {"nccl.minBytes": "1M", "nccl.maxBytes": "64K"},
        "nccl.minBytes: 1M is more than maxBytes 64K",
    ),
    "a message larger than the GPU": (
        {"nccl.maxBytes": "128G"},
        "nccl.maxBytes: 128G does not fit the GPU of p4d.24xlarge; largest useful is 8G",
    ),
    "a message larger than the smallest GPU": (
        {f"{POOL}.instanceTypes": ["g6.8xlarge", "g6e.8xlarge"], "nccl.maxBytes": "8G"},
        "nccl.maxBytes: 8G does not fit the GPU of g6.8xlarge; largest useful is 4G",
    ),
    "a step that does not grow": ({"nccl.stepFactor": 1}, "nccl.stepFactor: 1 is too small; at least 2"),
    "a pool without EFA": (
        {f"{POOL}.efa": "none"},
        f'nccl.pool: the nodes of "elastic" have no EFA interface; set {POOL}.efa static',
    ),
    "a node group without EFA": (
        {"nccl.pool": "by-hand", f"{GROUP}.efa": False},
        f'nccl.pool: the nodes of "by-hand" have no EFA interface; set {GROUP}.efa true',
    ),
    "a pool without GPUs": (
        {f"{POOL}.instanceTypes": ["c5n.18xlarge"]},
        "nccl.pool: c5n.18xlarge has no NVIDIA GPU; NCCL runs on no other",
    ),
    "devices mounted that are not there": (
        {f"{POOL}.instanceTypes": ["g5.8xlarge"], f"{POOL}.efa": "dynamic", "nccl.efaMount": True},
        'nccl.efaMount: true, but the nodes of "elastic" get EFA only for pods that request it; '
        f"this variant mounts it instead; set {POOL}.efa static",
    ),
    "huge pages that Karpenter does not know of": (
        {"nccl.hugepages": True},
        "karpenter.featureGates.nodeOverlay: false, but nccl.hugepages asks nodes of "
        '"elastic" for pages Karpenter does not know of; set it true',
    ),
    "an image with a space": (
        {"nccl.image": "nccl tests"},
        'nccl.image: "nccl tests" is not an image; write it as registry/name:tag',
    ),
    "an image by its page": (
        {"nccl.image": "https://gallery.ecr.aws/hpc-cloud/nccl-tests"},
        'nccl.image: "https://gallery.ecr.aws/hpc-cloud/nccl-tests" is not an image; '
        "write it as registry/name:tag",
    ),
    "a system node of another architecture": (
        {"systemNodes.instanceTypes": ["m7g.xlarge"]},
        "nccl.pool: p4d.24xlarge is x86_64, but system nodes are arm64; "
        "the test starts there, by the same image; choose systemNodes.instanceTypes of x86_64",
    ),
    "no time": ({"nccl.deadlineMinutes": 0}, "nccl.deadlineMinutes: 0 is too small; at least 1"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_test_that_cannot_run_or_proves_nothing_is_refused(case: Case) -> None:
    check(case, WITH_TEST)


@pytest.mark.parametrize("image", [IMAGE, f"{IMAGE}:latest"])
def test_production_wants_an_image_that_stays_the_same(image: str) -> None:
    assert lines_of(spoilt({"nccl.image": image}, WITH_TEST)) == []
    line = f'nccl.image: "{image}" changes by itself; name a tag or a digest outside dev'
    assert lines_of(spoilt({"nccl.image": image}, PROD_WITH_TEST)) == [line]


@pytest.mark.parametrize("pin", [":v1", f"@sha256:{'0' * 64}", f":latest@sha256:{'a' * 64}"])
def test_a_tag_or_a_digest_is_a_pin(pin: str) -> None:
    assert lines_of(spoilt({"nccl.image": f"{IMAGE}{pin}"}, PROD_WITH_TEST)) == []


def test_the_test_of_these_tests_is_good() -> None:
    assert lines_of(WITH_TEST) == lines_of(PROD_WITH_TEST) == []


def test_a_stack_has_no_test_unless_it_names_a_pool() -> None:
    assert settings_of(GOOD).nccl.pool is None
    assert settings_of(spoilt({"nccl": {}})).nccl.pool is None


def test_a_node_group_has_its_huge_pages_without_karpenter() -> None:
    assert lines_of(spoilt({"nccl": {"pool": "by-hand", "hugepages": True}})) == []


def test_a_pool_with_a_fault_of_its_own_is_no_unknown_pool() -> None:
    (line,) = lines_of(spoilt({f"{POOL}.maxNodes": "four"}, WITH_TEST))
    assert line.startswith(f"{POOL}.maxNodes: expected a whole number")


def test_without_an_account_what_needs_none_is_checked_all_the_same() -> None:
    changes = {"nccl.nodes": 9, "nccl.gpusPerNode": 9, "nccl.maxBytes": "128G", "nccl.image": "A B"}
    paths = [line.split(": ")[0] for line in lines_of(spoilt(changes, WITH_TEST), facts=None)]
    assert paths == ["nccl.image", "nccl.nodes"]


def test_an_image_of_ones_own_may_have_code_for_any_gpu() -> None:
    changes = {f"{POOL}.instanceTypes": ["g4dn.8xlarge"], "nccl.maxBytes": "1G", "nccl.image": f"{IMAGE}:1"}
    assert lines_of(spoilt(changes, WITH_TEST)) == []


def test_a_digest_makes_no_other_image_of_the_public_one() -> None:
    image = f"{PUBLIC_IMAGE}@sha256:{'0' * 64}"
    changes = {f"{POOL}.instanceTypes": ["g4dn.8xlarge"], "nccl.maxBytes": "1G", "nccl.image": image}
    (line,) = lines_of(spoilt(changes, WITH_TEST))
    assert line.startswith("nccl.image: the public image has no code for the T4 of g4dn.8xlarge")


def test_the_public_image_is_refused_for_a_pool_of_the_platform_that_it_has_no_code_for() -> None:
    pool = PoolContract("shared", ("g4dn.8xlarge",), 1, 15360, 1, 4, (), ("T4",))
    test = NcclSettings.model_validate({"pool": "shared", "maxBytes": "1G"})
    (fault,) = check_pool_of_platform(test, pool)
    assert fault.what == ('the public image has no code for the T4 of "shared", of compute capability 7.5')
    assert list(check_pool_of_platform(test, replace(pool, gpu_names=()))) == []
