"""Two plans of a stack: what is added, changed, replaced and removed, as AWS would have to do it."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plan.changes import ABSENT, Change, compare
from plan.document import Plan, Planned
from sandbox.engine.handlers import registry
from sandbox.engine.plan import Action
from tests.plan.small_program import plan_of, resource

VPC = resource("aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16"})
SUBNET = resource("aws:ec2/subnet:Subnet", "subnet", {"vpcId": "${Vpc vpc.id}", "cidrBlock": "10.0.0.0/24"})
GROUP = resource(
    "aws:eks/nodeGroup:NodeGroup",
    "group",
    {"subnetIds": ["${Subnet subnet.id}"], "scalingConfig": {"maxSize": 2}},
)
TAG = resource("aws:ec2/tag:Tag", "tag", {"resourceId": "${Subnet subnet.id}", "key": "a", "value": "b"})
UNKNOWN_TYPE = resource("aws:ssm/parameter:Parameter", "parameter", {"name": "/a", "value": "b"})
ALL = (VPC, SUBNET, GROUP, TAG, UNKNOWN_TYPE)


def changed(planned: Planned, **inputs: Any) -> Planned:
    kept = {**planned.inputs, **inputs}
    return replace(planned, inputs={name: value for name, value in kept.items() if value is not None})


def changes(old: Plan | None, new: Plan | None) -> list[tuple[Action, str]]:
    return [(change.action, change.resource.name) for change in compare("one", old, new, registry()).changes]


def the_change(old: Planned, new: Planned) -> Change:
    (found,) = compare("one", plan_of(old), plan_of(new), registry()).changes
    return found


def test_equal_plans_differ_in_nothing() -> None:
    comparison = compare("one", plan_of(*ALL), plan_of(*reversed(ALL)), registry())
    assert (comparison.changes, comparison.outputs) == ((), ())
    assert (comparison.before, comparison.after) == (5, 5)


def test_what_is_new_is_added_and_what_is_gone_is_removed() -> None:
    assert changes(plan_of(VPC), plan_of(TAG)) == [(Action.CREATE, "tag"), (Action.DELETE, "vpc")]


def test_a_new_stack_is_added_whole_and_one_that_is_gone_removed_whole() -> None:
    assert changes(None, plan_of(VPC)) == [(Action.CREATE, "vpc")]
    assert changes(plan_of(VPC), None) == [(Action.DELETE, "vpc")]


def test_a_property_that_can_change_is_a_change_with_its_old_and_new_value() -> None:
    change = the_change(GROUP, changed(GROUP, scalingConfig={"maxSize": 4}))
    (edit,) = change.edits
    assert (change.action, edit.path, edit.old, edit.new) == (Action.UPDATE, "scalingConfig.maxSize", 2, 4)


def test_a_property_that_cannot_change_means_a_replacement() -> None:
    change = the_change(VPC, changed(VPC, cidrBlock="10.1.0.0/16"))
    assert (change.action, change.forced_by) == (Action.REPLACE, ("cidrBlock",))


def test_what_refers_to_a_replaced_resource_is_replaced_or_changed_too() -> None:
    new = plan_of(changed(VPC, cidrBlock="10.1.0.0/16"), SUBNET, GROUP, TAG)
    comparison = compare("one", plan_of(VPC, SUBNET, GROUP, TAG), new, registry())
    assert {change.resource.name: change.action for change in comparison.changes} == {
        "vpc": Action.REPLACE,
        "subnet": Action.REPLACE,
        "group": Action.REPLACE,
        "tag": Action.REPLACE,
    }
    (subnet,) = [change for change in comparison.changes if change.resource.name == "subnet"]
    assert [(edit.old, edit.new) for edit in subnet.edits] == [("${Vpc vpc.id}", "${new Vpc vpc.id}")]


def test_a_resource_of_the_same_name_but_another_kind_is_not_taken_for_the_replaced_one() -> None:
    other = resource("aws:ec2/eip:Eip", "vpc", {"domain": "vpc"})
    user = resource("aws:ec2/tag:Tag", "tag", {"resourceId": "${Eip vpc.id}", "key": "a", "value": "b"})
    new = plan_of(changed(VPC, cidrBlock="10.1.0.0/16"), other, user)
    assert changes(plan_of(VPC, other, user), new) == [(Action.REPLACE, "vpc")]


def test_what_refers_to_a_resource_that_moved_to_another_component_is_replaced_too() -> None:
    moved = replace(VPC, urn="urn:pulumi:one::small::small:index:Part$aws:ec2/vpc:Vpc::vpc")
    found = compare("one", plan_of(VPC, SUBNET, TAG), plan_of(moved, SUBNET, TAG), registry()).changes
    assert {(change.action, change.resource.name) for change in found} == {
        (Action.CREATE, "vpc"),
        (Action.DELETE, "vpc"),
        (Action.REPLACE, "subnet"),
        (Action.REPLACE, "tag"),
    }


def test_of_a_type_that_no_handler_knows_every_difference_is_a_change() -> None:
    assert the_change(UNKNOWN_TYPE, changed(UNKNOWN_TYPE, name="/b")).action is Action.UPDATE


def test_the_program_can_ask_for_a_replacement_itself() -> None:
    strict = replace(UNKNOWN_TYPE, replace_on_changes=("name",))
    assert the_change(UNKNOWN_TYPE, changed(strict, name="/b")).action is Action.REPLACE


def test_a_change_that_the_program_ignores_is_none() -> None:
    lazy = replace(GROUP, ignore_changes=("scalingConfig.maxSize",))
    assert changes(plan_of(lazy), plan_of(changed(lazy, scalingConfig={"maxSize": 9}))) == []


def test_an_input_that_comes_or_goes_has_no_value_on_the_other_side() -> None:
    (edit,) = the_change(UNKNOWN_TYPE, changed(UNKNOWN_TYPE, tier="Advanced")).edits
    assert (edit.old, edit.new) == (ABSENT, "Advanced")
    (edit,) = the_change(UNKNOWN_TYPE, changed(UNKNOWN_TYPE, value=None)).edits
    assert (edit.old, edit.new) == ("b", ABSENT)


def test_a_policy_is_compared_by_what_it_says_and_not_by_its_text() -> None:
    policy = resource(
        "aws:iam/policy:Policy", "policy", {"policy": '{"Statement": [{"Action": "a", "Sid": "X"}]}'}
    )
    respaced = changed(policy, policy='{"Statement":[{"Sid":"X","Action":"a"}]}')
    assert changes(plan_of(policy), plan_of(respaced)) == []
    (edit,) = the_change(policy, changed(policy, policy='{"Statement": [{"Action": "b", "Sid": "X"}]}')).edits
    assert (edit.path, edit.old, edit.new) == ("policy.Statement[0].Action", "a", "b")


def test_a_protection_that_is_taken_off_is_told() -> None:
    (edit,) = the_change(replace(VPC, protect=True), VPC).edits
    assert (edit.path, edit.old, edit.new) == ("option protect", True, False)


def test_outputs_are_compared_too() -> None:
    old, new = plan_of(VPC, outputs={"a": 1, "b": 2}), plan_of(VPC, outputs={"a": 1, "b": 3})
    (edit,) = compare("one", old, new, registry()).outputs
    assert (edit.path, edit.old, edit.new) == ("b", 2, 3)


VALUES = st.sampled_from(
    ["a", "${Vpc vpc.id}", 1, True, [], ["a", "b"], {"a": {"b": 1}}, {"a.b": [1]}, '{"a": 1}']
)
RESOURCES = st.lists(
    st.builds(
        lambda planned, inputs: replace(planned, inputs=inputs),
        st.sampled_from(ALL),
        st.dictionaries(st.sampled_from(["cidrBlock", "vpcId", "tags", "name"]), VALUES),
    ),
    unique_by=lambda planned: planned.urn,
)


@given(RESOURCES)
def test_no_plan_differs_from_itself(resources: list[Planned]) -> None:
    plan = plan_of(*resources)
    assert compare("one", plan, Plan.from_json(plan.to_json()), registry()).changes == ()


@given(RESOURCES, RESOURCES)
def test_the_way_back_undoes_the_way_there(one: list[Planned], other: list[Planned]) -> None:
    there, back = changes(plan_of(*one), plan_of(*other)), changes(plan_of(*other), plan_of(*one))
    opposite = {Action.CREATE: Action.DELETE, Action.DELETE: Action.CREATE}
    assert [(opposite.get(action, action), name) for action, name in back] == there


@given(st.permutations(ALL))
def test_the_order_of_registration_leaves_no_trace(resources: list[Planned]) -> None:
    assert plan_of(*resources).to_json() == plan_of(*ALL).to_json()
