from tests.sandbox_end_to_end.driver import Sandbox


def test_out_of_capacity_is_shown_as_the_reason_and_lifted_by_clear(empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("up").succeeded()
    empty_sandbox.eks_efa("fault", "out-of-capacity").succeeded()
    said = empty_sandbox.eks_efa("scale-out", "--pods", "1", "--timeout", "40")
    assert said.code == 1
    assert "capacity" in said.messages.splitlines()[-1]
    assert "Traceback" not in said.messages
    assert empty_sandbox.karpenter_instances() == []
    pending = empty_sandbox.status()["pods"]["pending"]
    assert ["capacity" in pod["reason"].lower() for pod in pending] == [True]
    assert "no faults" in empty_sandbox.eks_efa("fault", "clear").succeeded().messages


def test_throttling_slows_a_launch_and_does_not_fail_it(sandbox: Sandbox) -> None:
    sandbox.eks_efa("fault", "throttle", "CreateFleet", "--times", "2").succeeded()
    try:
        sandbox.eks_efa("scale-out", "--pods", "1").succeeded()
    finally:
        sandbox.eks_efa("fault", "clear")
        sandbox.eks_efa("scale-in").succeeded()


def test_nodes_that_boot_slowly_are_waited_for(sandbox: Sandbox) -> None:
    sandbox.eks_efa("fault", "slow-boot", "5").succeeded()
    try:
        said = sandbox.eks_efa("scale-out", "--pods", "1").succeeded()
        assert said.seconds > 5
    finally:
        sandbox.eks_efa("fault", "clear")
        sandbox.eks_efa("scale-in").succeeded()
