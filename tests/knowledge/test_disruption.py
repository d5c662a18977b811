"""The one home of what moves a node: by the settings' checks, the policies and the NodePools alike."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.disruption import budgets, drift_fault


@given(st.sampled_from(["0", "1", "10%", "100%"]))
def test_a_provisioner_whose_drift_is_none_has_no_drift_fault(consolidation: str) -> None:
    assert drift_fault(budgets(consolidation, "0"), "") is None


@pytest.mark.parametrize(
    "unheld",
    [
        [],
        budgets("0", "1"),
        [{"nodes": "0", "reasons": ["Empty"]}],
        [{"nodes": "0", "schedule": "@daily", "duration": "8h"}],
    ],
)
def test_only_a_budget_of_none_that_counts_at_any_time_holds_drift(unheld: list[dict[str, Any]]) -> None:
    fault = drift_fault(unheld, "say so")
    assert fault is not None
    assert fault.cure == "say so"
