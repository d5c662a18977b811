import pytest

from tests.settings.bad_settings import lines_of, spoilt

B200 = {"nodeGroups[0].instanceType": "p6-b200.48xlarge"}


def test_an_efa_plugin_that_counts_nvlink_on_p6_is_refused() -> None:
    old = spoilt({**B200, "devicePlugins.efa.version": "v0.5.17"})
    assert lines_of(old, facts=None) == [
        "devicePlugins.efa.version: v0.5.17 counts NVLink's devices of p6-b200.48xlarge as EFA interfaces "
        "(https://github.com/aws/sagemaker-hyperpod-cli/issues/282); "
        "at least v0.5.18, which brings plugin 0.5.10; leave it out for the newest known"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {**B200, "devicePlugins.efa.version": "v0.5.18"},
        {**B200, "devicePlugins.efa": {"version": "v0.5.17", "enabled": False}},
        {**B200, "nodeGroups[0].efa": False, "devicePlugins.efa.version": "v0.5.17"},
        {"devicePlugins.efa.version": "v0.5.17"},
        B200,
    ],
)
def test_elsewhere_an_older_one_is_fine(changes: dict[str, object]) -> None:
    assert lines_of(spoilt(changes), facts=None) == []
