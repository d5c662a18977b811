import copy
from collections.abc import Callable

import pytest

from cli import faults
from sandbox.aws.faults import Faults as Emulated
from sandbox.world.jobs.fault import JobFault
from sandbox.world.mpi.fault import NcclFault


def test_a_fault_is_added_to_those_in_force() -> None:
    now = faults.throttled(
        faults.out_of_capacity(faults.NO_FAULTS, "p4d.24xlarge", "*", "*"), "CreateFleet", 3
    )
    now = faults.refused(now, faults.LaunchFault.VCPU_LIMIT, "p5.48xlarge", "us-west-2b")
    assert faults.described(faults.slow_boot(now, 20)) == [
        "out of capacity: p4d.24xlarge in *, *",
        "the account's quota of vCPUs is 0: p5.48xlarge in us-west-2b",
        "throttle: CreateFleet, 3 more times",
        "boot delay: 20 s",
    ]


@pytest.mark.parametrize(
    "order",
    [
        lambda now: faults.out_of_capacity(now, "p4d.24xlarge", "*", "*"),
        lambda now: faults.refused(now, faults.LaunchFault.SPOT_ROLE, "*", "*"),
        lambda now: faults.throttled(now, "CreateFleet", 3),
        lambda now: faults.slow_boot(now, 20.0),
    ],
)
def test_the_same_fault_twice_is_one_fault(order: Callable[[faults.Faults], faults.Faults]) -> None:
    once = order(faults.NO_FAULTS)
    assert order(once) == once


def test_ordering_a_fault_changes_no_document_in_place() -> None:
    before = copy.deepcopy(faults.NO_FAULTS)
    faults.out_of_capacity(faults.NO_FAULTS, "*", "*", "*")
    faults.throttled(faults.NO_FAULTS, "CreateFleet", 1)
    assert before == faults.NO_FAULTS


def test_the_emulated_aws_understands_every_order() -> None:
    ordered = faults.throttled(
        faults.out_of_capacity(faults.NO_FAULTS, "p4d.24xlarge", "*", "spot"), "CreateFleet", 3
    )
    for kind in faults.LaunchFault:
        ordered = faults.refused(ordered, kind, "*", "us-west-2a")
    emulated = Emulated()
    emulated.replace(faults.slow_boot(ordered, 5.0))
    assert emulated.as_json() == faults.slow_boot(ordered, 5.0)


def test_a_throttle_that_is_used_up_is_not_shown() -> None:
    assert faults.described(faults.throttled(faults.NO_FAULTS, "CreateFleet", 0)) == []


@pytest.mark.parametrize("fault", NcclFault)
def test_every_fault_of_nccl_tests_is_described(fault: NcclFault) -> None:
    (line,) = faults.described_nccl(fault)
    assert line.startswith("nccl: ")


def test_no_fault_of_nccl_tests_is_no_line() -> None:
    assert faults.described_nccl(None) == []


@pytest.mark.parametrize("fault", JobFault)
def test_every_fault_of_training_jobs_is_described(fault: JobFault) -> None:
    (line,) = faults.described_jobs(fault)
    assert line.startswith("job: ")
    assert faults.described_jobs(None) == []
