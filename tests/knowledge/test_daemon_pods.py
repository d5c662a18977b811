"""Where a DaemonSet's pods run."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.daemon_pods import comes_to, stays_on, tolerates

GPU = {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}
DRAINING = {"key": "maintenance", "effect": "NoExecute"}
PREFERRED = {"key": "spot", "effect": "PreferNoSchedule"}
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}


def selecting(*expressions: tuple[str, str, list[str]]) -> dict[str, Any]:
    """A pod whose affinity has one term with these expressions."""
    terms = [
        {
            "matchExpressions": [
                {"key": key, "operator": how, "values": them} for key, how, them in expressions
            ]
        }
    ]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}}


def test_a_pod_that_selects_nothing_goes_everywhere() -> None:
    assert comes_to({}, {}, ())


def test_it_stays_away_from_taints_that_it_does_not_tolerate() -> None:
    assert not comes_to({}, {}, [GPU])
    assert comes_to({}, {}, [PREFERRED])
    assert comes_to({"tolerations": [{"operator": "Exists"}]}, {}, [GPU, DRAINING])


def test_one_that_is_there_leaves_for_no_execute_alone() -> None:
    assert stays_on({}, {}, [GPU])
    assert not stays_on({}, {}, [DRAINING])


def test_the_taints_of_a_node_in_trouble_are_tolerated_by_every_daemon() -> None:
    assert comes_to({}, {}, [NOT_READY])
    assert stays_on({}, {}, [NOT_READY])


@pytest.mark.parametrize(
    ("toleration", "does"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "nvidia.com/gpu", "operator": "Exists"}, True),
        ({"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}, True),
        ({"key": "nvidia.com/gpu", "operator": "Equal", "value": "false"}, False),
        ({"key": "nvidia.com/gpu"}, False),
        ({"key": "team", "operator": "Exists"}, False),
        ({"value": "true"}, False),
    ],
)
def test_a_toleration_is_for_a_key_a_value_and_an_effect(toleration: dict[str, str], does: bool) -> None:
    assert tolerates(toleration, GPU) == does


@pytest.mark.parametrize(
    ("operator", "values", "here", "elsewhere"),
    [
        ("In", ["8", "16"], True, False),
        ("NotIn", ["8"], False, True),
        ("Exists", [], True, False),
        ("DoesNotExist", [], False, True),
        ("Gt", ["7"], True, False),
        ("Gt", ["8"], False, False),
        ("Lt", ["9"], True, False),
    ],
)
def test_an_expression_is_about_one_label(
    operator: str, values: list[str], here: bool, elsewhere: bool
) -> None:
    pod = selecting(("gpus", operator, values))
    assert (comes_to(pod, {"gpus": "8"}, ()), comes_to(pod, {"cpus": "8"}, ())) == (here, elsewhere)


def test_all_expressions_of_a_term_must_hold_and_one_term_is_enough() -> None:
    both = selecting(("gpus", "Exists", []), ("zone", "In", ["a"]))
    assert not comes_to(both, {"gpus": "8", "zone": "b"}, ())
    affinity = both["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    affinity["nodeSelectorTerms"].append({"matchExpressions": [{"key": "efa", "operator": "Exists"}]})
    assert comes_to(both, {"efa": "true"}, ())


def test_an_affinity_without_a_term_selects_no_node() -> None:
    none: dict[str, Any] = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}
    assert not comes_to({"affinity": {"nodeAffinity": none}}, {}, ())
    assert not comes_to(selecting(), {}, ())


def test_the_node_selector_holds_beside_the_affinity() -> None:
    pod = {**selecting(("gpus", "Exists", [])), "nodeSelector": {"zone": "a"}}
    assert comes_to(pod, {"gpus": "8", "zone": "a"}, ())
    assert not comes_to(pod, {"gpus": "8", "zone": "b"}, ())


KEYS = st.sampled_from(["gpu", "team"])
VALUES = st.sampled_from(["", "a", "b"])
TAINTS = st.lists(
    st.fixed_dictionaries(
        {
            "key": KEYS,
            "value": VALUES,
            "effect": st.sampled_from(["NoSchedule", "NoExecute", "PreferNoSchedule"]),
        }
    )
)
TOLERATIONS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"key": KEYS, "value": VALUES, "operator": st.sampled_from(["Exists", "Equal"])}
    )
)


@given(TOLERATIONS, st.dictionaries(KEYS, VALUES), TAINTS)
def test_what_may_come_may_stay(
    tolerations: list[dict[str, str]], labels: dict[str, str], taints: list[dict[str, str]]
) -> None:
    pod = {**selecting(("gpu", "Exists", [])), "tolerations": tolerations}
    assert not comes_to(pod, labels, taints) or stays_on(pod, labels, taints)
