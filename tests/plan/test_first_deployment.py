"""docs/first-deployment.md tells the figures that the plan of the dev stack has."""

import re
from datetime import date

import pytest

from knowledge.vcpu_quotas import quota_of
from plan.bill import Bill, bill_of
from plan.prices import ListedPrices
from sandbox.paths import REPOSITORY
from settings.stack_file import read_stack_file
from tests.plan.test_plan_stacks import planned

TEXT = (REPOSITORY / "docs" / "first-deployment.md").read_text()
NODES = 2
TODAY = date(2026, 11, 30)
"""Of the page; Kubernetes of the dev stack is in standard support."""


@pytest.fixture(scope="module")
def bill() -> Bill:
    return bill_of(planned("dev"), ListedPrices(), TODAY)


def test_what_is_always_on_costs_what_the_page_says(bill: Bill) -> None:
    assert f"${bill.hourly:.2f} an hour from now on" in TEXT


def test_two_of_the_cheapest_nodes_cost_what_the_page_says(bill: Bill) -> None:
    hourly = min(line.hourly for line in bill.nodes if line.hourly is not None)
    assert f"${NODES * hourly:.2f} an hour while they run" in TEXT


def test_the_quotas_are_those_that_its_instances_are_held_against() -> None:
    rows = dict(re.findall(r"^\| (.+?)(?:, later)? \| (L-[0-9A-F]{8}) \|", TEXT, re.MULTILINE))
    for instance_type in ("g5.8xlarge", "m6i.xlarge", "p4d.24xlarge", "p5.48xlarge"):
        found = quota_of(instance_type, spot=False)
        assert found is not None
        assert rows[found.name] == found.code


def test_it_has_an_nccl_test_on_the_cheapest_nodes(bill: Bill) -> None:
    cheapest = min(bill.nodes, key=lambda line: line.hourly or 1e9).node.provisioner
    nccl = read_stack_file(REPOSITORY, "dev", "eks-efa-karpenter").raw["nccl"]
    assert isinstance(nccl, dict)
    assert (nccl["pool"], nccl["nodes"]) == (cheapest, NODES)
