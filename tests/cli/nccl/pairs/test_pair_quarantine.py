"""Closing nodes: only those beyond doubt, never twice, with the way back."""

from typing import Any

from cli.nccl.pairs.quarantine import TAINT, close, culprits, next_step, way_back
from nccl.pairs.report import PairReport, Shortfall
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.pairs.pool_nodes import NODES, node_document
from tests.nccl.pairs.fleets import Fleet, link, nodes

CLAIMS = "/apis/karpenter.sh/v1/nodeclaims"


def reported(fleet: Fleet, *short: str) -> PairReport:
    lacking = tuple(Shortfall(node, "7 of 8 nvidia.com/gpu") for node in short)
    return PairReport(fleet.tested(), "g4dn", "g4dn.8xlarge", "all_reduce", None, lacking)


def cluster_with(*documents: dict[str, Any]) -> FakeApi:
    api = FakeApi()
    for document in documents:
        api.put(f"{NODES}/{document['metadata']['name']}", document)
    return api


def test_slow_and_degraded_nodes_are_beyond_doubt_and_ends_of_a_link_are_not() -> None:
    fleet = Fleet(nodes(7), slow_nodes={"node-02"}, slow_links={link(4, 5)})
    assert culprits(reported(fleet, "node-09")) == ("node-09", "node-02")


def test_a_node_is_cordoned_and_tainted_beside_the_taints_that_it_has() -> None:
    document = node_document("a")
    document["spec"] = {"taints": [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]}
    api = cluster_with(document)
    close(api.cluster(), ["a"])
    ours = {"key": TAINT, "value": "nccl", "effect": "NoSchedule"}
    assert api.objects[f"{NODES}/a"]["spec"] == {
        "unschedulable": True,
        "taints": [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}, ours],
    }


def test_closing_it_again_changes_nothing() -> None:
    document = node_document("a")
    document["spec"] = {"unschedulable": True, "taints": [{"key": TAINT, "effect": "NoSchedule"}]}
    api = cluster_with(document)
    close(api.cluster(), ["a"])
    assert api.objects[f"{NODES}/a"]["spec"] == {"unschedulable": True}  # the patch leaves the taints alone


def test_the_way_back_is_told() -> None:
    assert list(way_back(["a"])) == [
        "a is closed to pods; open it again: kubectl uncordon a && kubectl taint node a eks-efa/quarantine-"
    ]


def test_the_next_step_names_the_nodeclaim_or_the_group() -> None:
    by_hand = node_document("b")
    del by_hand["metadata"]["labels"]["karpenter.sh/nodepool"]
    api = cluster_with(node_document("a"), by_hand)
    api.put(f"{CLAIMS}/g4dn-x", {"metadata": {"name": "g4dn-x"}, "status": {"nodeName": "a"}})
    first, second = next_step(api.cluster(), ["a", "b"])
    assert first.startswith("a: kubectl delete nodeclaim g4dn-x, and Karpenter brings another")
    assert second.startswith("b: of a node group; end its instance")
