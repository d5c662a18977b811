"""`plan`, `plan-diff` and `bench` as a user meets them."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from cli import plan_diffs
from cli.benchmark import MANY, Measure, many_stacks
from cli.main import run
from cli.verbs import plan as plan_verb
from plan.changes import compare
from plan.diff import StackDiff
from plan.document import Plan, Violation
from plan.price_api import ApiPrices
from sandbox.engine.handlers import registry
from sandbox.engine.stack_files import read_stack
from tests.plan.small_program import plan_of, resource

CLUSTER = resource("eks:index:Cluster", "cluster", {"name": "train"})

Given = Callable[[Plan | str], None]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """What the program of every stack asks for."""
    return lambda plan: monkeypatch.setattr(plan_verb, "plans_of", lambda stacks: dict.fromkeys(stacks, plan))


def test_plan_prints_yaml_with_the_cost(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    given(plan_of(CLUSTER))
    assert run(["plan", "-s", "dev"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# What the program asks for in stack one.")
    assert "alwaysOnHourly: 0.1" in text


def test_plan_prints_json_for_scripts(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    given(plan_of(CLUSTER))
    assert run(["plan", "-s", "dev", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["resources"][0]["name"] == "cluster"


@pytest.mark.parametrize(("level", "code"), [("mandatory", 1), ("advisory", 0)])
def test_plan_tells_violated_policies_and_fails_for_those_that_would_stop_up(
    given: Given, capsys: pytest.CaptureFixture[str], level: str, code: int
) -> None:
    given(Plan.of("one", "us-west-2", [CLUSTER], {}, violations=[Violation("rule", level, "cluster: open")]))
    assert run(["plan", "-s", "dev"]) == code
    assert f"policy: rule ({level}): cluster: open" in capsys.readouterr().err


def test_plan_warns_of_what_the_program_doubts_and_of_what_the_list_of_a_day_does_not_have(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    given(Plan.of("one", "us-west-2", [CLUSTER], {}, doubts=["taken to be offered"], warnings=["no way in"]))
    assert run(["plan", "-s", "dev"]) == 0
    assert capsys.readouterr().err == "warning: no way in\nwarning: taken to be offered\n"


def test_plan_of_a_stack_that_is_refused_is_one_line(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    given("owner: missing")
    assert run(["plan", "-s", "dev"]) == 1
    error = "error: stack dev: cannot be planned: owner: missing; mend that, then run it again\n"
    assert capsys.readouterr().err == error


def test_prices_that_aws_does_not_give_are_one_line(
    given: Given, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given(plan_of(CLUSTER))
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetProducts")
    monkeypatch.setattr(ApiPrices, "_ask", lambda *_: (_ for _ in ()).throw(refused))
    assert run(["plan", "-s", "dev", "--prices", "aws"]) == 1
    assert capsys.readouterr().err == (
        "error: AWS Pricing: An error occurred (AccessDenied) when calling the GetProducts operation: no; "
        "check who you are with: aws sts get-caller-identity\n"
    )


def test_plan_diff_shows_lines_or_a_comment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    diff = StackDiff("dev", compare("dev", plan_of(), plan_of(CLUSTER), registry()))
    monkeypatch.setattr(plan_diffs, "diffs_against", lambda base, stack: [diff])
    assert run(["plan-diff", "--base", "main"]) == 0
    assert "+ add eks:index:Cluster cluster" in capsys.readouterr().out
    assert run(["plan-diff", "--base", "main", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("<!-- eks-efa plan-diff -->\n### Plan against `main`")


def test_a_bound_is_held_against_the_median() -> None:
    measure = Measure("one plan", 2.0, (1.0, 9.0, 1.5), 100, 0.5)
    assert (measure.median, measure.ratio, measure.within) == (1.5, 3.0, True)
    assert not Measure("one plan", 1.0, (1.0, 9.0, 1.5), 100, 0.5).within


def test_the_many_stacks_of_the_benchmark_are_copies_of_the_real_ones() -> None:
    with many_stacks() as (program, names):
        assert len(set(names)) == MANY
        clusters = {read_stack(program, name).config["eks-efa-karpenter:cluster"] for name in names}
        assert len(clusters) == 2
        assert (program / "__main__.py").exists()
