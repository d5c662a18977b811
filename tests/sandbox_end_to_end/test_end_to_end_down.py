import json

from tests.sandbox_end_to_end.driver import Sandbox, answers


def test_down_with_nodes_and_pods_leaves_no_instance_no_process_and_no_port(empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("up").succeeded()
    empty_sandbox.eks_efa("scale-out", "--pods", "2").succeeded()
    assert len(empty_sandbox.karpenter_instances()) == 2
    ports = empty_sandbox.ports()
    assert ports
    down = empty_sandbox.eks_efa("down").succeeded()
    assert "no instance is left" in down.messages
    assert list(empty_sandbox.processes().values()) == []
    assert [port for port in ports if answers(port)] == []
    again = empty_sandbox.eks_efa("down").succeeded()
    assert "nothing runs" in again.messages
    assert not empty_sandbox.status()["sandbox"]["running"]


def test_two_sandboxes_run_side_by_side(sandbox: Sandbox, empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("up").succeeded()
    assert not sandbox.ports() & empty_sandbox.ports()
    empty_sandbox.eks_efa("down").succeeded()
    assert sandbox.status()["karpenter"]["ready"]


def test_a_down_of_what_never_ran_is_no_error(empty_sandbox: Sandbox) -> None:
    assert empty_sandbox.eks_efa("down").succeeded().code == 0
    assert json.loads(empty_sandbox.eks_efa("status", "--json").output)["sandbox"]["running"] is False
