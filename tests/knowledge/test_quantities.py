import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.fault import Fault
from knowledge.quantities import parse_duration, parse_quantity

# `expireAfter` and `consolidateAfter` in karpenter.sh_nodepools.yaml of Karpenter 1.14.0.
NODE_POOL_DURATION = re.compile(r"^(([0-9]+(s|m|h))+|Never)$")
# `limits` in the same file.
NODE_POOL_QUANTITY = re.compile(
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
    r"(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1000", 1000),
        ("1500m", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("100Gi", 100 * 2**30),
        ("1.5Ti", Decimal("1.5") * 2**40),
        ("100G", 100 * 10**9),
        ("4k", 4000),
        ("1e3", 1000),
        ("2E", 2 * 10**18),
        ("5E-1", Decimal("0.5")),
    ],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(text: str, value: Decimal) -> None:
    assert parse_quantity(text) == value


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("100GB", '"100GB" is not a Kubernetes quantity; use "100Gi"'),
        ("100gb", '"100gb" is not a Kubernetes quantity; use "100Gi"'),
        ("100GiB", '"100GiB" is not a Kubernetes quantity; use "100Gi"'),
        ("64K", '"64K" is not a Kubernetes quantity; use "64Ki"'),
        ("", '"" is not a Kubernetes quantity; write a number and a suffix, such as "100Gi"'),
        ("lots", '"lots" is not a Kubernetes quantity; write a number and a suffix, such as "100Gi"'),
        ("100 Gi", '"100 Gi" is not a Kubernetes quantity; write a number and a suffix, such as "100Gi"'),
        ("-4", '"-4" is negative; a quantity here is 0 or more'),
        (
            "4x",
            '"4x" is not a Kubernetes quantity; '
            "suffixes are n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei",
        ),
    ],
)
def test_a_wrong_quantity_is_named_with_its_cure(text: str, report: str) -> None:
    assert str(parse_quantity(text)) == report


@given(st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,2}", fullmatch=True))
def test_a_quantity_is_right_only_where_the_api_server_takes_it(number: str) -> None:
    for suffix in ["", *"numkKMGTPEeg", "Ki", "ki", "Gi", "GB", "Ei", "e3", "E-2", "E1.5", "mi"]:
        if not isinstance(parse_quantity(number + suffix), Fault):
            assert NODE_POOL_QUANTITY.match(number + suffix)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("1h30m", 5400), ("720h", 2592000), ("100ms", 0.1), ("1.5h", 5400)],
)
def test_a_duration_is_read_as_go_reads_it(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


def test_never_is_no_duration_but_where_it_is_allowed() -> None:
    assert parse_duration("Never", never=True) is None
    assert isinstance(parse_duration("Never"), Fault)


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("30d", 'use "720h"'),
        ("300", 'name the unit: "300s", "300m" or "300h"'),
        ("never", 'use "Never"'),
        ("1.5h", "and Never"),
        ("100ms", "and Never"),
    ],
)
def test_a_wrong_duration_of_a_node_pool_is_named_with_its_cure(text: str, report: str) -> None:
    fault = parse_duration(text, never=True)
    assert str(fault).startswith(f'"{text}" is not a duration; ')
    assert str(fault).endswith(report)


@pytest.mark.parametrize("text", ["1.5h", "100ms", "Never"])
def test_a_whole_duration_has_no_fractions_and_an_end(text: str) -> None:
    report = f'"{text}" is not a duration; whole numbers with h, m or s are, such as 720h, 5m or 1h30m'
    assert str(parse_duration(text, whole=True)) == report
    assert parse_duration("1h30m", whole=True) == 5400


@pytest.mark.parametrize("text", ["\n", '5 "h"', "\t4\n"])
def test_whatever_the_text_is_a_fault_is_one_line(text: str) -> None:
    for fault in (parse_quantity(text), parse_duration(text), parse_duration(text, never=True)):
        assert str(fault).splitlines() == [str(fault)]
    assert str(parse_quantity('5 "h"')).startswith('"5 \\"h\\"" is not')


def test_a_wrong_duration_elsewhere_is_not_offered_never() -> None:
    assert str(parse_duration("soon")) == (
        '"soon" is not a duration; a duration is numbers with h, m, s or ms, such as 10s, 500ms or 1m30s'
    )


@given(st.from_regex(r"([0-9]{0,3}\.?[0-9]?(ms|s|m|h|d)){0,3}|Never|never", fullmatch=True))
def test_a_duration_of_a_node_pool_is_right_exactly_where_its_schema_takes_it(text: str) -> None:
    assert isinstance(parse_duration(text, never=True), Fault) != bool(NODE_POOL_DURATION.match(text))
