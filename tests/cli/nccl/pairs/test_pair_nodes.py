"""What a node lacks is told without a test; what tells nodes apart is told besides."""

import pytest

from cli.nccl.pairs.nodes import differences, nodes_of, shortfalls
from nccl.pairs.report import Shortfall
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.nccl_objects import template
from tests.cli.nccl.pairs.pool_nodes import NODES, a_node, node_document


def test_nodes_with_all_that_a_worker_asks_for_lack_nothing() -> None:
    assert shortfalls([a_node("a"), a_node("b")], template("efa")) == ()


@pytest.mark.parametrize(
    ("differs", "what"),
    [
        ({"efa": 0}, "0 of 1 vpc.amazonaws.com/efa"),
        ({"gpus": 0}, "0 of 1 nvidia.com/gpu"),
        ({"ready": False}, "not Ready"),
        ({"gpus": 0, "efa": 0}, "0 of 1 vpc.amazonaws.com/efa; 0 of 1 nvidia.com/gpu"),
    ],
)
def test_a_node_that_lacks_a_device_is_named(differs: dict[str, int], what: str) -> None:
    nodes = [a_node("a"), a_node("b", **differs)]
    assert shortfalls(nodes, template("efa")) == (Shortfall("b", what),)


def test_a_node_with_fewer_gpus_than_its_like_is_named_though_the_test_asks_for_less() -> None:
    nodes = [a_node("a", gpus=8), a_node("b", gpus=7), a_node("c", gpus=8)]
    assert shortfalls(nodes, template("efa")) == (Shortfall("b", "7 of 8 nvidia.com/gpu"),)


def test_what_is_asked_for_counts_where_all_nodes_lack_it() -> None:
    nodes = [a_node("a", efa=1), a_node("b", efa=1)]
    assert [each.what for each in shortfalls(nodes, template("efa", given=4))] == [
        "1 of 4 vpc.amazonaws.com/efa"
    ] * 2


def test_a_node_of_another_kernel_or_driver_is_told_and_is_no_fault() -> None:
    nodes = [a_node(name, driver="580.95.05") for name in "abc"]
    nodes.append(a_node("d", kernel="6.12.110", driver="570.1"))
    assert list(differences(nodes)) == [
        "d: kernel 6.12.110, where most have 6.12.1",
        "d: driver 570.1, where most have 580.95.05",
    ]
    assert shortfalls(nodes, template("efa")) == ()


def test_only_the_nodes_of_the_pool_that_stay_are_tested() -> None:
    api = FakeApi()
    leaving, other = node_document("leaving"), node_document("other")
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    other["metadata"]["labels"]["eks-efa/pool"] = "p5"
    for document in (node_document("b"), node_document("a"), leaving, other):
        api.put(f"{NODES}/{document['metadata']['name']}", document)
    assert [node.name for node in nodes_of(api.cluster(), "g4dn")] == ["a", "b"]
