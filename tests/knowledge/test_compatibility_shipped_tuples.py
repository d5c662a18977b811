import pytest

from knowledge.compatibility import Standing, judge
from tests.knowledge.shipped_tuples import SHIPPED


@pytest.mark.parametrize("day", SHIPPED)
def test_a_set_that_aws_has_shipped_is_judged_as_the_sources_say(day: str) -> None:
    versions, standing = SHIPPED[day]
    judgement = judge(versions)
    assert judgement.standing is standing, "\n".join(map(str, judgement.findings))


@pytest.mark.parametrize("day", SHIPPED)
def test_nothing_that_aws_has_shipped_is_unsupported_on_the_images_of_its_time(day: str) -> None:
    versions, _ = SHIPPED[day]
    judgement = judge(versions.with_missing(ami_release="v20260714", kubernetes="1.35"))
    assert judgement.of(Standing.UNSUPPORTED) == ()


@pytest.mark.parametrize("day", SHIPPED)
def test_what_is_untested_says_which_change_mends_it(day: str) -> None:
    assert all(finding.cure for finding in judge(SHIPPED[day][0]).of(Standing.UNTESTED))


def test_the_first_doubt_about_the_newest_shipped_set_names_the_installer_that_ends_it() -> None:
    versions, _ = SHIPPED["2026-06-23"]
    (doubt,) = judge(versions).of(Standing.UNTESTED)
    assert str(doubt) == (
        "aws-ofi-nccl 1.19.0 was tested with NCCL 2.27.3, 2.28.7 and 2.29.7; v2.30.4-1 is newer; "
        "use aws-ofi-nccl 1.20.0 (EFA installer 1.49.0), or NCCL 2.29.7"
    )
