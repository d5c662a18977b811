import json

from rich.console import Console

from cli.karpenter import KarpenterState, Provisioner
from cli.nodes import node_rows
from cli.pending.reason import Reason
from cli.pods import count_pods
from cli.status_document import Chart, ClusterState, SandboxState, Status
from cli.tables import status_report
from tests.cli.cluster_objects import node, pod

NOTHING = Status("sandbox", None, None, SandboxState())
SOMETHING = Status(
    "sandbox",
    "/tmp/kubeconfig",
    ClusterState(
        "v1.35.4",
        KarpenterState("1.14.0", ready=True, pods=2),
        (Provisioner("p4d", ready=True, reason=None), Provisioner("p5", ready=False, reason="no AMI")),
        node_rows([node("s1", group="system", gpus=0, efa=0), node("k1", provisioner="p4d")]),
        count_pods([pod("a", on="k1"), pod("b", phase="Pending")], lambda _: Reason("[capacity] none left")),
    ),
    SandboxState(
        running=True,
        directory="/tmp/sandbox",
        aws_endpoint="http://127.0.0.1:4000",
        deployed=True,
        charts=(Chart("efa-device-plugin", "0.5.30", "its repository cannot be reached"),),
    ),
)


def rendered(status: Status) -> str:
    console = Console(width=120, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(status_report(status))
    return captured.get()


def test_the_document_has_the_same_keys_whether_something_runs_or_not() -> None:
    nothing, something = NOTHING.document(), SOMETHING.document()
    assert nothing.keys() == something.keys()
    for part in ("karpenter", "pods", "sandbox"):
        assert nothing[part].keys() == something[part].keys()


def test_the_document_is_plain_json() -> None:
    document = SOMETHING.document()
    assert json.loads(json.dumps(document)) == document


def test_a_node_in_the_document_says_who_brought_it_and_what_it_has() -> None:
    assert SOMETHING.document()["nodes"][1] == {
        "name": "k1",
        "instance_type": "p4d.24xlarge",
        "zone": "us-west-2a",
        "group": None,
        "provisioner": "p4d",
        "gpus": 8,
        "efa_interfaces": 4,
        "ready": True,
    }


def test_a_waiting_pod_in_the_document_says_why() -> None:
    assert SOMETHING.document()["pods"] == {
        "running": 1,
        "pending": [
            {
                "namespace": "eks-efa-scale",
                "name": "b",
                "node": None,
                "reason": "[capacity] none left",
                "final": False,
            }
        ],
    }


def test_the_table_shows_nodes_karpenter_reasons_and_charts() -> None:
    text = rendered(SOMETHING)
    for expected in (
        "provisioner p4d",
        "group system",
        "1.14.0, ready",
        "p4d, p5; not ready: p5 (no AMI)",
        "[capacity] none left",
        "not installed: its repository cannot be reached",
    ):
        assert expected in text


def test_where_nothing_runs_the_table_says_how_to_start() -> None:
    assert "nothing runs; start it with: make up" in rendered(NOTHING)
    assert "make up STACK=dev" in rendered(Status("dev", None, None, SandboxState()))
