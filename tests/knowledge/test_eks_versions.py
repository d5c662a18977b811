from datetime import date, timedelta

import pytest

from knowledge.compatibility import Standing
from knowledge.eks_versions import (
    VERSIONS,
    Support,
    described,
    ends_soon,
    next_minor,
    offered,
    support,
    support_finding,
)
from tests.today import TODAY

A_DAY = timedelta(days=1)


def test_what_eks_offers_is_what_it_released_and_has_not_ended() -> None:
    assert offered(TODAY) == ("1.32", "1.33", "1.34", "1.35", "1.36", "1.37")
    assert offered(date(2026, 11, 25))[0] == "1.31"
    assert offered(date(2026, 9, 30))[-1] == "1.36"


@pytest.mark.parametrize("minor", VERSIONS)
def test_the_day_of_an_end_is_the_first_without_it(minor: str) -> None:
    version = VERSIONS[minor]
    assert support(version, version.standard_until - A_DAY) is Support.STANDARD
    assert support(version, version.standard_until) is Support.EXTENDED
    assert support(version, version.extended_until - A_DAY) is Support.EXTENDED
    assert support(version, version.extended_until) is Support.ENDED


@pytest.mark.parametrize("minor", VERSIONS)
def test_the_calendar_is_that_of_eks_which_has_14_months_and_12_more(minor: str) -> None:
    version = VERSIONS[minor]
    months = (version.standard_until - version.released).days / 30.44
    assert 13.8 < months < 14.3
    assert version.extended_until == version.standard_until.replace(year=version.standard_until.year + 1)


@pytest.mark.parametrize("minor", VERSIONS)
def test_both_ends_are_soon_from_90_days_before(minor: str) -> None:
    version = VERSIONS[minor]
    for end in (version.standard_until, version.extended_until):
        assert not ends_soon(version, end - timedelta(days=91))
        assert ends_soon(version, end - timedelta(days=90))


def test_a_cluster_goes_up_one_minor_at_a_time() -> None:
    assert [next_minor(minor) for minor in ("1.32", "1.36", "1.37")] == ["1.33", "1.37", None]


def test_the_support_of_a_minor_is_a_sentence_with_its_days() -> None:
    assert [described(VERSIONS[minor], TODAY) for minor in ("1.35", "1.33", "1.31")] == [
        "Kubernetes 1.35 is in EKS's standard support until 2027-03-27",
        "Kubernetes 1.33 is in EKS's extended support, which costs more, "
        "since 2026-07-29 and until 2027-07-29",
        "EKS ended its extended support of Kubernetes 1.31 on 2026-11-26",
    ]


def test_a_finding_names_its_source_and_only_the_end_is_bad() -> None:
    found = [support_finding(minor, TODAY) for minor in ("1.35", "1.33", "1.31")]
    assert [each and each.standing for each in found] == [
        Standing.SUPPORTED,
        Standing.SUPPORTED,
        Standing.UNSUPPORTED,
    ]
    assert all(each and each.source and each.source.url.startswith("https://") for each in found)
    assert support_finding("1.99", TODAY) is None
