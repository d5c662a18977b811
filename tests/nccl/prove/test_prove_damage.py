"""A log that lost lines may lose its pass, and never gains one."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nccl.prove.pods import JobPod
from nccl.prove.report import judge
from nccl.verdict import Outcome
from tests.nccl.prove.job_logs import EFA, NO_PLUGIN, TCP, job, pod

JOBS = {
    "tcp": (pod(TCP, 0, NO_PLUGIN), pod(TCP, 1, NO_PLUGIN)),
    "mixed": (pod(EFA, 0), pod(TCP, 1, NO_PLUGIN)),
    "nvlink": tuple(pod(replace(EFA, multi_node_nvlink=True), index) for index in (0, 1)),
    "one node": tuple(pod(EFA, index, node="node-9") for index in (0, 1)),
    "provider": tuple(pod(replace(EFA, provider="tcp"), index) for index in (0, 1)),
}


def without(each: JobPod, lost: Sequence[bool]) -> JobPod:
    lines = each.log.split(b"\n")
    kept = [line for index, line in enumerate(lines) if not lost[index % len(lost)]]
    return replace(each, log=b"\n".join(kept))


LOST = st.lists(st.booleans(), min_size=1, max_size=30)


@given(st.sampled_from(sorted(JOBS)), LOST, LOST)
def test_no_job_that_is_not_over_efa_passes_by_losing_lines(
    name: str, lost: list[bool], lost_by_the_other: list[bool]
) -> None:
    one, other = JOBS[name]
    assert judge(job(without(one, lost), without(other, lost_by_the_other))).outcome != Outcome.PASS


@given(LOST, LOST)
def test_a_job_over_efa_that_lost_lines_does_not_fail_and_passes_by_every_rank_only(
    lost: list[bool], lost_by_the_other: list[bool]
) -> None:
    pods = without(pod(EFA, 0), lost), without(pod(EFA, 1), lost_by_the_other)
    outcome = judge(job(*pods)).outcome
    assert outcome != Outcome.FAIL
    if outcome == Outcome.PASS:
        assert all(b"NET/OFI Selected" in each.log for each in pods)
        assert all(b"rank " in each.log or b" -> " in each.log for each in pods)
