from cli.nodes import NodeSummary, node_row, node_rows, summarise
from tests.cli.cluster_objects import node


def test_a_karpenter_node_names_its_provisioner_and_counts_its_devices() -> None:
    row = node_row(node("a", provisioner="p4d"))
    assert (row.group, row.provisioner, row.gpus, row.efa_interfaces) == (None, "p4d", 8, 4)
    assert (row.instance_type, row.zone, row.ready) == ("p4d.24xlarge", "us-west-2a", True)


def test_a_node_without_devices_has_none_of_them() -> None:
    row = node_row(node("a", group="system", instance_type="m6i.xlarge", gpus=0, efa=0))
    assert (row.group, row.gpus, row.efa_interfaces) == ("system", 0, 0)


def test_a_node_that_says_nothing_is_no_crash() -> None:
    row = node_row(type(node("a"))())
    assert (row.name, row.instance_type, row.ready) == ("", "", False)


def test_groups_come_before_provisioners_and_each_by_name() -> None:
    rows = node_rows([node("k1", provisioner="a"), node("s2", group="system"), node("s1", group="system")])
    assert [row.name for row in rows] == ["s1", "s2", "k1"]


def test_nodes_of_one_kind_are_counted_together() -> None:
    two = [node("a", provisioner="p4d"), node("b", provisioner="p4d", ready=False)]
    rows = node_rows([*two, node("c", group="g")])
    assert summarise(rows) == [
        NodeSummary("group g", "p4d.24xlarge", nodes=1, ready=1, gpus=8, efa_interfaces=4),
        NodeSummary("provisioner p4d", "p4d.24xlarge", nodes=2, ready=1, gpus=8, efa_interfaces=4),
    ]


def test_nodes_whose_interfaces_differ_are_not_added_up() -> None:
    rows = node_rows([node("a", provisioner="p", efa=4), node("b", provisioner="p", efa=3)])
    assert [(line.nodes, line.efa_interfaces) for line in summarise(rows)] == [(1, 4), (1, 3)]


def test_a_group_is_called_as_in_the_settings_where_our_labels_tell() -> None:
    by_hand, system = node("a", group="gpu-p4d-9f1c"), node("b", group="gpu-system-77aa")
    assert by_hand.metadata and by_hand.metadata.labels and system.metadata and system.metadata.labels
    by_hand.metadata.labels["eks-efa/pool"] = "p4d-by-hand"
    system.metadata.labels["eks-efa/system"] = "true"
    assert [row.group for row in node_rows([by_hand, system])] == ["p4d-by-hand", "system"]
