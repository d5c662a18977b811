"""Messages are those that Karpenter 1.14.0 and the scheduler of Kubernetes 1.35 wrote in a sandbox."""

from typing import Any

import pytest

from sandbox.world.reasons import LONGEST, PendingReasons, Reason, refusal

SCHEDULER = (
    "0/4 nodes are available: 2 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint(s). "
    "no new claims to deallocate, preemption: 0/4 nodes are available: "
    "4 Preemption is not helpful for scheduling."
)
TOO_MANY = (
    "Failed to schedule pod, no instance type has enough resources, requirements=eks-efa/pool In [gpu], "
    "karpenter.sh/capacity-type In [on-demand], node.kubernetes.io/instance-type In [p4d.24xlarge], "
    'resources={"nvidia.com/gpu":"9","pods":"1","vpc.amazonaws.com/efa":"4"}'
)
TAINT = "Failed to schedule pod, did not tolerate taint (taint=nvidia.com/gpu=true:NoSchedule)"
LIMIT = "Failed to schedule pod, all available instance types exceed limits for nodepool (NodePool=gpu)"
FILTERED = "Failed to schedule pod, nodepool requirements filtered out all available instance types"
SHORTAGE = (
    "NodeClaim gpu-tk667 event: creating instance, insufficient capacity, with fleet error(s), "
    "InsufficientInstanceCapacity: We currently do not have sufficient p4d.24xlarge capacity in the "
    "Availability Zone you requested (us-west-2a). (aws-error-code=UnfulfillableCapacity, "
    "aws-operation-name=CreateFleet, aws-request-id=, aws-serv..."
)
EC2_SAYS = (
    "EC2: We currently do not have sufficient p4d.24xlarge capacity in the Availability Zone you requested "
    "(us-west-2a)"
)


def event(message: str, second: int = 0, reason: str = "FailedScheduling", **about: str) -> dict[str, Any]:
    by_scheduler = message == SCHEDULER
    moment = f"2026-11-24T22:05:{second:02}"
    return {
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": "train-1", **about},
        "reason": reason,
        "message": message,
        "reportingComponent": "default-scheduler" if by_scheduler else "karpenter",
        "lastTimestamp": None if by_scheduler else f"{moment}Z",
        "eventTime": f"{moment}.123456Z" if by_scheduler else None,
    }


def nominated(claim: str, second: int = 0) -> dict[str, Any]:
    return event(f"Pod should schedule on: nodeclaim/{claim}", second, "Nominated")


def claim(name: str, **conditions: tuple[str, str, str]) -> dict[str, Any]:
    listed = [
        {"type": kind, "status": status, "reason": reason, "message": message}
        for kind, (status, reason, message) in conditions.items()
    ]
    return {"metadata": {"name": name}, "status": {"conditions": listed}}


def why(events: list[dict[str, Any]], claims: list[dict[str, Any]] | None = None) -> Reason | None:
    return PendingReasons.of(events, claims or []).why("default", "train-1")


def test_nobody_has_said_anything_yet() -> None:
    assert why([]) is None
    assert why([event(TAINT, name="another")]) is None
    assert why([event(TAINT, namespace="another")]) is None


def test_the_scheduler_alone_tells_what_today_s_nodes_lack_which_is_not_final() -> None:
    text = "0/4 nodes are available: 2 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint(s)"
    assert why([event(SCHEDULER)]) == Reason(text)


def test_more_gpus_than_any_instance_has_is_final_and_names_them() -> None:
    expected = Reason("no allowed instance type has 9 nvidia.com/gpu and 4 vpc.amazonaws.com/efa", final=True)
    assert why([event(TOO_MANY), event(SCHEDULER, 5)]) == expected


def test_a_missing_toleration_is_final_and_names_the_taint() -> None:
    expected = Reason("the pod does not tolerate the taint nvidia.com/gpu=true:NoSchedule", final=True)
    assert why([event(TAINT)]) == expected


def test_a_limit_is_not_final_because_others_may_end() -> None:
    assert why([event(LIMIT)]) == Reason("provisioner gpu is at its limit")


def test_with_several_provisioners_one_that_may_yet_do_keeps_hope() -> None:
    both = f"{TAINT}; {LIMIT.removeprefix('Failed to schedule pod, ')}"
    reason = why([event(both)])
    assert reason is not None
    assert reason.text.startswith("the pod does not tolerate") and reason.text.endswith("is at its limit")
    assert not reason.final


def test_no_capacity_is_told_in_ec2_s_words_by_way_of_the_claim() -> None:
    failed = event(SHORTAGE, 1, "InsufficientCapacityError", kind="NodeClaim", namespace="", name="gpu-tk667")
    assert why([nominated("gpu-tk667"), failed]) == Reason(EC2_SAYS)


def test_while_karpenter_remembers_a_shortage_the_reason_says_when_it_asks_again() -> None:
    failed = event(
        SHORTAGE, 1, "InsufficientCapacityError", kind="NodeClaim", namespace="default", name="gpu-x"
    )
    expected = Reason(f"{EC2_SAYS}; Karpenter asks again within 3 minutes")
    assert why([failed, event(FILTERED, 2)]) == expected


def test_requirements_that_leave_nothing_on_offer_are_told_as_such() -> None:
    assert why([event(FILTERED)]) == Reason("no instance type that the provisioners allow is on offer now")


SOLD_OUT = "NodePool requirements filtered out all compatible available instance types"


def other_pools(asked: str) -> str:
    sentence = "incompatible requirements, key eks-efa/pool, eks-efa/pool In [{}] not in eks-efa/pool In [{}]"
    return "Failed to schedule pod, " + "; ".join(sentence.format(asked, other) for other in ("p4d", "p5"))


def sold_out(pool: str) -> dict[str, Any]:
    return event(SOLD_OUT, 3, "NoCompatibleInstanceTypes", kind="NodePool", namespace="default", name=pool)


def test_a_provisioner_asked_for_by_name_may_have_something_on_offer_again() -> None:
    told = event(other_pools("gpu"), 4)
    assert why([sold_out("gpu"), told]) == Reason("no instance type of provisioner gpu is on offer now")
    failed = event(SHORTAGE, 1, "InsufficientCapacityError", kind="NodeClaim", namespace="", name="gpu-x")
    expected = Reason(f"{EC2_SAYS}; Karpenter asks again within 3 minutes")
    assert why([failed, sold_out("gpu"), told]) == expected


def test_a_shortage_of_another_provisioner_is_not_the_reason() -> None:
    failed = event(SHORTAGE, 1, "InsufficientCapacityError", kind="NodeClaim", namespace="", name="p4d-x")
    reason = why([failed, sold_out("gpu"), event(other_pools("gpu"), 4)])
    assert reason == Reason("no instance type of provisioner gpu is on offer now")


def test_a_provisioner_that_does_not_exist_is_final() -> None:
    reason = why([sold_out("gpu"), event(other_pools("nosuch"), 4)])
    assert reason is not None and reason.final
    assert "eks-efa/pool In [nosuch]" in reason.text


def test_that_others_are_not_the_provisioner_asked_for_hides_nothing_it_says() -> None:
    both = f"{other_pools('gpu')}; {LIMIT.removeprefix('Failed to schedule pod, ')}"
    assert why([event(both)]) == Reason("provisioner gpu is at its limit")


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ({}, "gpu-1 is being launched"),
        ({"Launched": ("True", "Launched", "")}, "gpu-1 is launched, its node has not joined yet"),
        (
            {
                "Launched": ("True", "Launched", ""),
                "Registered": ("Unknown", "NodeNotFound", "Node not registered"),
            },
            "gpu-1 is launched, its node has not joined yet",
        ),
        (
            {
                "Launched": ("True", "Launched", ""),
                "Registered": ("True", "Registered", ""),
                "Initialized": (
                    "Unknown",
                    "ResourceNotRegistered",
                    'Resource "vpc.amazonaws.com/efa" was requested',
                ),
            },
            'gpu-1 has joined, its node is not ready yet: Resource "vpc.amazonaws.com/efa" was requested',
        ),
    ],
    ids=["launching", "launched", "not joined", "no efa"],
)
def test_a_nominated_pod_waits_for_what_its_node_still_lacks(
    conditions: dict[str, tuple[str, str, str]], text: str
) -> None:
    assert why([nominated("gpu-1")], [claim("gpu-1", **conditions)]) == Reason(text)


def test_a_nomination_of_a_claim_that_is_gone_gives_way_to_what_was_said_before() -> None:
    reason = why([event(LIMIT, 1), nominated("gpu-gone", 2), event(SCHEDULER, 3)])
    assert reason == Reason("provisioner gpu is at its limit")
    assert why([nominated("gpu-gone", 2), event(SCHEDULER, 3)]) == why([event(SCHEDULER)])


def test_the_newest_word_of_karpenter_counts_in_whatever_order_events_come() -> None:
    told = [nominated("gpu-1", 9), event(TAINT, 1)]
    for events in (told, told[::-1]):
        reason = PendingReasons.of(events, [claim("gpu-1")]).why("default", "train-1")
        assert reason == Reason("gpu-1 is being launched")


def test_a_requirement_that_cannot_be_met_is_final_in_karpenters_words() -> None:
    told = 'incompatible requirements, label "team" does not have known values'
    assert refusal(told) == Reason(told, final=True)


def test_a_reason_stays_one_short_line() -> None:
    reason = why([event("Failed to schedule pod, " + "; ".join(f"odd thing {n}" for n in range(99)))])
    assert reason is not None
    assert len(reason.text) <= LONGEST + 3
