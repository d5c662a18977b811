from knowledge.compatibility import Standing, VersionSet, judge
from knowledge.versions import DEFAULT_KARPENTER, DEFAULT_KUBERNETES, MINIMUM_KARPENTER


def test_the_default_pair_is_supported() -> None:
    pair = VersionSet(kubernetes=DEFAULT_KUBERNETES, karpenter=DEFAULT_KARPENTER)
    assert judge(pair).standing is Standing.SUPPORTED


def test_every_minor_that_may_be_chosen_runs_the_default_karpenter() -> None:
    pairs = [VersionSet(kubernetes=minor, karpenter=DEFAULT_KARPENTER) for minor in MINIMUM_KARPENTER]
    assert {judge(pair).standing for pair in pairs} == {Standing.SUPPORTED}
