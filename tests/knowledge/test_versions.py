from knowledge.compatibility import Standing, VersionSet, judge
from knowledge.eks_versions import offered
from knowledge.versions import DEFAULT_KARPENTER, DEFAULT_KUBERNETES, MINIMUM_KARPENTER
from tests.today import TODAY


def test_the_default_pair_is_supported() -> None:
    pair = VersionSet(kubernetes=DEFAULT_KUBERNETES, karpenter=DEFAULT_KARPENTER)
    assert judge(pair).standing is Standing.SUPPORTED


def test_every_minor_that_may_be_chosen_runs_the_default_karpenter_but_the_one_it_is_older_than() -> None:
    standings = {
        minor: judge(VersionSet(kubernetes=minor, karpenter=DEFAULT_KARPENTER)).standing
        for minor in offered(TODAY)
    }
    assert [minor for minor, standing in standings.items() if standing is not Standing.SUPPORTED] == ["1.37"]


def test_what_karpenter_needs_is_known_for_every_minor_that_may_be_chosen() -> None:
    assert set(offered(TODAY)) <= set(MINIMUM_KARPENTER)
