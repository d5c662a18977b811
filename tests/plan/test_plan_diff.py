"""A comparison as people read it, in a terminal and in a comment."""

from dataclasses import replace
from typing import Any

from plan.bill import bill_of
from plan.changes import compare
from plan.diff import MOST_LINES, StackDiff, cost_line, headline, lines
from plan.document import Plan, Violation
from plan.markdown import LONGEST_COMMENT, MARK, comment
from plan.prices import ListedPrices
from sandbox.engine.handlers import registry
from tests.plan.small_program import plan_of, resource
from tests.today import TODAY

VPC = resource("aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1"}})
CLUSTER = resource("eks:index:Cluster", "cluster", {"name": "train"})


def diff(old: Plan | None, new: Plan | None) -> StackDiff:
    bills = [bill_of(plan, ListedPrices(), TODAY) if plan else None for plan in (old, new)]
    return StackDiff("dev", compare("dev", old, new, registry()), "", bills[0], bills[1])


def text(old: Plan, new: Plan) -> list[str]:
    comparison = diff(old, new).comparison
    assert comparison is not None
    return list(lines(comparison))


def vpc(**inputs: Any) -> Plan:
    return plan_of(replace(VPC, inputs={**VPC.inputs, **inputs}))


def test_a_headline_counts_what_happens() -> None:
    assert headline(diff(plan_of(VPC), plan_of(VPC))) == "dev: no change (1 resources)"
    assert headline(diff(plan_of(VPC), plan_of(CLUSTER))) == (
        "dev: 1 to add, 0 to change, 0 to replace, 1 to remove (1 → 1 resources)"
    )
    assert headline(diff(None, plan_of(VPC))).startswith("dev: a new stack, 1 to add")
    assert headline(diff(plan_of(VPC), None)).startswith("dev: the stack is gone, ")
    assert headline(StackDiff("dev", problem="owner: missing")) == "dev: cannot be compared: owner: missing"


def test_a_change_shows_the_old_and_the_new_value() -> None:
    assert text(vpc(), vpc(tags={"a": "2"})) == [
        "! change aws:ec2/vpc:Vpc vpc",
        "-   tags.a: 1",
        "+   tags.a: 2",
    ]


def test_a_replacement_says_what_forces_it() -> None:
    assert text(vpc(), vpc(cidrBlock="10.1.0.0/16"))[0] == (
        "! replace aws:ec2/vpc:Vpc vpc: cidrBlock cannot be changed"
    )


def test_what_is_added_shows_its_inputs_and_what_is_removed_its_name() -> None:
    assert text(vpc(), plan_of(CLUSTER)) == [
        "- remove aws:ec2/vpc:Vpc vpc",
        "+ add eks:index:Cluster cluster",
        "+   name: train",
    ]


def version(minor: str) -> Plan:
    return plan_of(replace(CLUSTER, inputs={"name": "train", "version": minor}))


def test_an_upgrade_by_more_than_a_minor_is_told_with_the_one_that_comes_first() -> None:
    assert text(version("1.33"), version("1.35")) == [
        "! change eks:index:Cluster cluster",
        "-   version: 1.33",
        "+   version: 1.35",
        '!   EKS refuses this: it goes up one minor at a time; set "1.34" first',
    ]
    for new in ("1.34", "1.32", "${newest}"):
        assert len(text(version("1.33"), version(new))) == 3


def test_texts_of_several_lines_are_compared_line_by_line() -> None:
    old, new = vpc(script="a\nb\nc\nd\n"), vpc(script="a\nb\nX\nd\n")
    assert text(old, new)[1:] == [
        "    script:",
        "    @@ -2,3 +2,3 @@",
        "      b",
        "-     c",
        "+     X",
        "      d",
    ]


def test_long_values_and_long_changes_are_cut_and_say_so() -> None:
    many = {f"tag{number}": "x" * 500 for number in range(MOST_LINES * 2)}
    shown = text(vpc(tags={}), vpc(tags=many))
    assert max(map(len, shown)) < 200
    assert shown[-1] == f"    ... and {MOST_LINES + 1} lines more; the whole of it: eks-efa plan"


def test_the_cost_is_shown_before_and_after_with_the_region_of_its_prices() -> None:
    assert cost_line(diff(plan_of(VPC), plan_of(VPC, CLUSTER))) == (
        "always on: $0.000 → $0.100 an hour (list prices of us-east-1)"
    )


def test_a_price_that_is_not_known_is_said_to_be_unknown() -> None:
    group = resource(
        "aws:eks/nodeGroup:NodeGroup",
        "g",
        {"instanceTypes": ["x9.huge"], "scalingConfig": {"desiredSize": 1}},
    )
    assert cost_line(diff(plan_of(), plan_of(group))).endswith("without nodes of g: x9.huge: price unknown")


def test_a_comment_can_be_found_again_and_says_what_it_is_not() -> None:
    written = comment([diff(plan_of(VPC), plan_of(VPC))], "origin/main")
    assert written.startswith(MARK)
    assert "No account was asked" in written
    assert "- dev: no change (1 resources)" in written


def test_a_changed_stack_can_be_unfolded_and_names_policies_that_it_violates() -> None:
    changed = replace(
        diff(vpc(), vpc(cidrBlock="10.1.0.0/16")),
        violations=(Violation("rule", "mandatory", "vpc: too wide"),),
    )
    written = comment([changed], "main")
    assert "<details><summary>dev: 0 to add, 0 to change, 1 to replace, 0 to remove" in written
    assert "- **policy**: rule (mandatory): vpc: too wide" in written
    assert "``````diff\n! replace aws:ec2/vpc:Vpc vpc" in written


def test_a_stack_without_a_change_names_policies_that_have_become_stricter() -> None:
    unchanged = replace(
        diff(plan_of(VPC), plan_of(VPC)), violations=(Violation("rule", "mandatory", "vpc: too wide"),)
    )
    written = comment([unchanged, replace(unchanged, violations=())], "main")
    assert written.count("- dev: no change (1 resources)") == 2
    assert written.count("- **policy**: rule (mandatory): vpc: too wide") == 1


def test_neither_many_violations_nor_a_long_refusal_make_a_comment_too_long() -> None:
    many = tuple(Violation("rule", "mandatory", f"vpc{number}: {'x' * 100}") for number in range(900))
    same, changed = diff(plan_of(VPC), plan_of(VPC)), diff(vpc(), vpc(cidrBlock="10.1.0.0/16"))
    refused = StackDiff("dev", problem="\n".join(f"setting{number}: wrong" for number in range(9000)))
    for stack in (replace(same, violations=many), replace(changed, violations=many), refused):
        written = comment([stack], "main")
        assert len(written) < LONGEST_COMMENT
        assert "cut here" in written


def test_a_comment_is_never_longer_than_github_takes() -> None:
    huge = [resource("aws:ec2/vpc:Vpc", f"vpc{number}", {"tags": {"a": "x" * 100}}) for number in range(900)]
    stacks = [replace(diff(None, plan_of(*huge)), stack=f"stack{number}") for number in range(16)]
    written = comment(stacks, "main")
    assert len(written) < LONGEST_COMMENT
    assert "cut here" in written
    assert "stack15: a new stack, 900 to add" in written


def test_values_cannot_end_the_block_that_they_stand_in() -> None:
    written = comment([diff(vpc(), vpc(tags={"a": "```\n# heading"}))], "main")
    assert written.count("``````") == 2
