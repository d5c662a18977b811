"""What an exemption lets pass: the place that its patterns name, and no other."""

import pytest

from knowledge.fault import Fault
from policies.exemptions import Exemption
from policies.rule import Finding

WHERE = "spec.containers[0].securityContext.privileged"


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("*", True),
        (WHERE, True),
        ("spec.containers[*].securityContext.*", True),
        ("spec.containers[1].securityContext.privileged", False),
        ("spec.containers0.securityContext.privileged", False),
        ("spec.containers[0].securityContext", False),
        ("spec?containers[0].securityContext.privileged", False),
    ],
)
def test_nothing_in_a_pattern_but_a_star_stands_for_something_else(pattern: str, covered: bool) -> None:
    finding = Finding(WHERE, Fault("the container is root on the node"))
    assert Exemption("pod-security", "a reason", where=pattern).covers("pod-security", finding) is covered


def test_an_exemption_is_for_one_rule() -> None:
    finding = Finding(WHERE, Fault("the container is root on the node"))
    assert not Exemption("pod-security", "a reason").covers("workload-hygiene", finding)
