"""Messages are those that Karpenter 1.14.0 and the scheduler of Kubernetes 1.35 wrote in a sandbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from cli.pending.evidence import Pool, pool_of
from cli.pending.reason import LONGEST, Reason
from cli.pending.reasons import PendingReasons
from cli.pending.refusals import refusal

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


SPOT_ROLE = (
    "NodeClaim g5-spot-aaaaa event: creating instance, insufficient capacity, with fleet error(s), "
    "AuthFailure.ServiceLinkedRoleCreationNotPermitted: The provided credentials do not have permission to "
    "create the service-linked role for EC2 Spot Instances. (aws-error-code=UnfulfillableCapacity, "
    "aws-operation-name=CreateFleet, aws-reque..."
)
MAKE_SPOT_ROLE = (
    "EC2: the account has no service-linked role for Spot; make it once: "
    "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"
)


def event(message: str, second: int = 0, reason: str = "FailedScheduling", **about: str) -> dict[str, Any]:
    by_scheduler = message == SCHEDULER
    moment = (datetime(2026, 11, 24, 22, 5) + timedelta(seconds=second)).isoformat()
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


def pool(name: str, *types: str, doubts: str | None = None, bought: str = "on-demand", **limits: int) -> Pool:
    wanted = {"node.kubernetes.io/instance-type": list(types), "karpenter.sh/capacity-type": [bought]}
    requirements = [{"key": key, "operator": "In", "values": values} for key, values in wanted.items()]
    template = {"metadata": {"labels": {"eks-efa/pool": name}}, "spec": {"requirements": requirements}}
    return pool_of(name, {"template": template, "limits": limits}, doubts)


def why(
    events: list[dict[str, Any]], claims: list[dict[str, Any]] | None = None, pools: Sequence[Pool] = ()
) -> Reason | None:
    return PendingReasons.of(events, claims or [], pools).why("default", "train-1")


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


def shortage(claim: str, instance_type: str, second: int) -> dict[str, Any]:
    said = SHORTAGE.replace("gpu-tk667", claim).replace("p4d.24xlarge", instance_type)
    return event(said, second, "InsufficientCapacityError", kind="NodeClaim", namespace="", name=claim)


def none_left(instance_type: str) -> str:
    return EC2_SAYS.replace("p4d.24xlarge", instance_type)


NO_ROOM = (
    "Failed to schedule pod, no instance type has enough resources, requirements=eks-efa/pool In [g5], "
    'resources={"nvidia.com/gpu":"8","pods":"1","vpc.amazonaws.com/efa":"4"}; no instance type has enough '
    "resources, requirements=eks-efa/pool In [g4dn], "
    'resources={"nvidia.com/gpu":"8","pods":"1","vpc.amazonaws.com/efa":"4"}'
)
"""Of the two pools that still have something on offer."""
TOO_SMALL = "no allowed instance type has 8 nvidia.com/gpu and 4 vpc.amazonaws.com/efa"
ASKS_AGAIN = "Karpenter asks again within 3 minutes"


def test_what_ec2_had_none_of_is_the_reason_and_not_what_the_other_provisioners_lack() -> None:
    events = [
        nominated("p4d-aaaaa", 0),
        shortage("p4d-aaaaa", "p4d.24xlarge", 1),
        shortage("p5-bbbbb", "p5.48xlarge", 12),
        event(NO_ROOM, 22),
    ]
    assert why(events) == Reason(f"{none_left('p4d.24xlarge')}; {ASKS_AGAIN}")


def test_a_pod_that_came_later_is_told_the_shortage_first_and_then_what_is_on_offer() -> None:
    failed = shortage("p4d-aaaaa", "p4d.24xlarge", 1)
    expected = f"{none_left('p4d.24xlarge')}; {ASKS_AGAIN}; of what is on offer now: {TOO_SMALL}"
    assert why([failed, event(NO_ROOM, 200)]) == Reason(expected[:LONGEST] + "...")


def test_one_type_of_several_that_ec2_had_none_of_is_the_reason_of_a_pod_that_asks_for_the_pool() -> None:
    refused = NO_ROOM.replace("[g4dn]", "[gpu]").replace("[g5]", "[gpu]")
    failed = [nominated("gpu-aaaaa", 0), shortage("gpu-aaaaa", "p4d.24xlarge", 1)]
    only = pool("gpu", "p4d.24xlarge", "g5.8xlarge")
    assert why([*failed, event(refused, 9)], pools=[only]) == Reason(
        f"{none_left('p4d.24xlarge')}; {ASKS_AGAIN}"
    )


def test_a_failed_launch_that_karpenter_has_forgotten_is_no_reason_any_more() -> None:
    failed = [nominated("p4d-aaaaa", 0), shortage("p4d-aaaaa", "p4d.24xlarge", 1)]
    assert why([*failed, event(NO_ROOM, 1 + 5 * 60)]) == Reason(TOO_SMALL, final=True)


def test_a_limit_is_told_beside_a_shortage() -> None:
    refused = f"{NO_ROOM}; {LIMIT.removeprefix('Failed to schedule pod, ')}"
    events = [nominated("p4d-a", 0), shortage("p4d-a", "p4d.24xlarge", 1), event(refused, 9)]
    told = (
        f"{none_left('p4d.24xlarge')}; {ASKS_AGAIN}; of what is on offer now: provisioner gpu is at its limit"
    )
    assert why(events) == Reason(told[:LONGEST] + "..." if len(told) > LONGEST else told)


def test_a_provisioner_without_offers_keeps_hope_though_the_others_have_refused() -> None:
    reason = why([sold_out("p5"), event(NO_ROOM, 9)])
    assert reason == Reason(
        f"no instance type of provisioner p5 is on offer now; of what is on offer now: {TOO_SMALL}"
    )


def test_a_provisioner_that_has_launched_since_it_had_no_offers_keeps_no_hope() -> None:
    launched = event("", 5, "Launched", kind="NodeClaim", namespace="", name="p5-aaaaa")
    assert why([sold_out("p5"), launched, event(NO_ROOM, 9)]) == Reason(TOO_SMALL, final=True)


def test_a_reservation_that_is_used_up_is_told_as_such() -> None:
    reserved = pool("p5", "p5.48xlarge", bought="reserved")
    asked = event(other_pools("p5").replace("[p5])", "[g5])"), 4)
    assert why([sold_out("p5"), asked], pools=[reserved]) == Reason(
        "the reservations of provisioner p5 have no free instance now"
    )


def test_a_provisioner_that_exists_and_says_nothing_has_nothing_on_offer() -> None:
    assert why([event(other_pools("gpu"), 4)], pools=[pool("gpu")]) == Reason(
        "no instance type of provisioner gpu is on offer now"
    )


def test_a_provisioner_that_is_not_ready_is_told_as_such_and_keeps_hope() -> None:
    pools = [pool("gpu", doubts="NodeClass not found on cluster"), pool("p4d"), pool("p5")]
    expected = "provisioner gpu is not ready: NodeClass not found on cluster"
    assert why([event(other_pools("gpu"), 4)], pools=pools) == Reason(expected)
    reason = why([event(NO_ROOM, 4)], pools=pools)
    assert reason == Reason(f"{expected}; of what is on offer now: {TOO_SMALL}")


def test_a_shortage_is_of_the_provisioner_whose_node_claim_it_was_however_names_begin() -> None:
    failed = shortage("gpu-large-aaaaa", "p5.48xlarge", 1)
    reason = why([failed, sold_out("gpu"), event(other_pools("gpu"), 4)])
    assert reason == Reason("no instance type of provisioner gpu is on offer now")


def test_the_limits_of_a_provisioner_at_its_limit_are_named() -> None:
    expected = Reason("provisioner gpu is at its limit (nodes 4, cpu 8)")
    assert why([event(LIMIT)], pools=[pool("gpu", nodes=4, cpu=8)]) == expected


def test_what_the_account_lacks_is_the_reason_as_long_as_nothing_is_tried_for_it() -> None:
    about = {"kind": "NodeClaim", "namespace": "", "name": "g5-spot-aaaaa"}
    failed = [nominated("g5-spot-aaaaa", 0), event(SPOT_ROLE, 1, "InsufficientCapacityError", **about)]
    assert why(failed) == Reason(MAKE_SPOT_ROLE)
    assert why([*failed, event(NO_ROOM, 30)]) == Reason(MAKE_SPOT_ROLE)


def test_an_instance_that_ended_before_its_node_joined_points_to_the_key_of_its_volume() -> None:
    about = {"kind": "NodeClaim", "namespace": "", "name": "g5-pt54x"}
    launched = event("", 1, "Launched", **about)
    ended = event("Instance is terminating", 1, "InstanceTerminating", **about)
    expected = (
        "EC2 ended the instance of g5-pt54x before its node joined; its StateReason says why: where it is "
        "Client.InternalError, Karpenter's role may not use the key of its volume (docs/nodes.md)"
    )
    assert why([nominated("g5-pt54x"), launched, ended, event(SCHEDULER, 5)]) == Reason(expected)
    joined = event("", 2, "Registered", **about)
    events = [nominated("g5-pt54x"), launched, joined, ended, event(SCHEDULER, 5)]
    assert why(events) == why([event(SCHEDULER)])


def test_a_node_class_that_was_not_ready_is_told_by_way_of_the_claim() -> None:
    said = event(
        "NodeClaim gpu-1 event: resolving node class, not ready",
        1,
        "NodeClassNotReady",
        kind="NodeClaim",
        namespace="",
        name="gpu-1",
    )
    assert why([nominated("gpu-1"), said]) == Reason("resolving node class, not ready")


def test_a_launch_that_fails_otherwise_is_told_with_what_to_do() -> None:
    failed = claim("gpu-1", Launched=("Unknown", "VCPULimitExceeded", "An instance was requested ..."))
    reason = why([nominated("gpu-1")], [failed], [pool("gpu", "p5.48xlarge")])
    assert reason == Reason(
        "gpu-1 is being launched: EC2: the limit of vCPUs is too low for p5.48xlarge; "
        'raise the quota "Running On-Demand P instances" (L-417A185B) in Service Quotas'
    )


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
