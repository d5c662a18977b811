"""What Pulumi hands over, turned back into what the stack file said."""

import json
from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import set_all_config

from settings.stack_config import RefusedError, load, read_stack_config
from settings.tenant import TenantSettings
from settings.tree import Settings
from tests.settings.bad_settings import GOOD
from tests.settings.region_table import RegionTable

PROJECT = "eks-efa-karpenter"
HANDED_OVER = {f"{PROJECT}:{key}": json.dumps(value) for key, value in GOOD.items()}


@pytest.fixture(autouse=True)
def nothing_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("settings.stack_config.pulumi.get_project", lambda: PROJECT)
    for name in ("PULUMI_CONFIG", "AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    set_all_config({})
    yield
    set_all_config({})


def test_maps_lists_and_booleans_arrive_as_they_were_written() -> None:
    set_all_config(
        {
            "aws:region": "us-west-2",
            "aws:profile": "work",
            "other:cluster": "x",
            f"{PROJECT}:sandbox": "true",
            f"{PROJECT}:environment": "dev",
            f"{PROJECT}:owner": "123",
            f"{PROJECT}:cluster": '{"name": "train", "version": "1.35", "publicAccess": false}',
            f"{PROJECT}:nodeGroups": '[{"name": "a"}]',
        }
    )
    config = read_stack_config()
    assert (config.region, config.aws["profile"]) == ("us-west-2", "work")
    assert config.raw == {
        "sandbox": True,
        "environment": "dev",
        "owner": "123",
        "cluster": {"name": "train", "version": "1.35", "publicAccess": False},
        "nodeGroups": [{"name": "a"}],
    }


@pytest.mark.parametrize(
    ("key", "text", "meant"),
    [
        ("sandbox", "yes", "yes"),
        ("owner", "{not json", "{not json"),
        ("cluster", "train", "train"),
        ("cluster", "true", "true"),
        ("nodeGroups", "[]", []),
    ],
)
def test_text_that_is_no_json_stays_text_for_the_checks_to_refuse(key: str, text: str, meant: object) -> None:
    set_all_config({f"{PROJECT}:{key}": text})
    assert read_stack_config().raw == {key: meant}


def test_values_are_also_read_from_the_environment_as_pulumi_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"aws:region": "us-west-2", f"{PROJECT}:owner": "me"}))
    set_all_config({f"{PROJECT}:environment": "prod"})
    config = read_stack_config()
    assert (config.region, config.raw) == ("us-west-2", {"owner": "me", "environment": "prod"})


def test_good_settings_are_loaded() -> None:
    set_all_config({"aws:region": "us-west-2", **HANDED_OVER})
    settings = load(RegionTable)
    assert isinstance(settings, Settings)
    assert settings.cluster.name == "train"


def test_a_stack_on_a_platform_is_loaded_with_what_pulumi_fills_in_for_the_rest() -> None:
    filled_in = {f"{PROJECT}:cluster": "{}", f"{PROJECT}:nodeGroups": "[]", f"{PROJECT}:owner": "vision"}
    set_all_config({"aws:region": "us-west-2", f"{PROJECT}:platform": "acme/p/prod", **filled_in})
    settings = load(RegionTable)
    assert isinstance(settings, TenantSettings)
    assert (settings.platform, settings.owner) == ("acme/p/prod", "vision")


def test_a_stack_with_a_cluster_is_loaded_with_what_pulumi_fills_in_for_the_platform() -> None:
    set_all_config({"aws:region": "us-west-2", f"{PROJECT}:platform": "", **HANDED_OVER})
    assert isinstance(load(RegionTable), Settings)


def test_what_is_doubtful_is_told_by_pulumi_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    doubtful = {f"{PROJECT}:karpenter": '{"version": "1.16.0"}'}
    set_all_config({"aws:region": "us-west-2", **HANDED_OVER, **doubtful})
    assert isinstance(load(RegionTable), Settings)
    (warning,) = told
    assert warning.startswith("karpenter.version: Karpenter 1.16.0 is newer than 1.15.2")


def test_bad_settings_end_the_program_with_the_report_and_no_traceback() -> None:
    set_all_config(
        {"aws:region": "us-west-2", f"{PROJECT}:owner": "", f"{PROJECT}:colour": "red"} | HANDED_OVER
    )
    with pytest.raises(pulumi.RunError) as caught:
        load(RegionTable)
    heading, first, second = str(caught.value).splitlines()
    assert heading.startswith("2 faults")
    assert first.strip().startswith("colour: unknown key")
    assert second.strip() == "owner: empty; name a team or a person"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert isinstance(caught.value, RefusedError)
    assert [fault.path for fault in caught.value.faults] == ["colour", "owner"]


def test_a_real_stack_is_refused_where_the_environment_is_a_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    set_all_config({"aws:region": "us-west-2", **HANDED_OVER})
    with pytest.raises(pulumi.RunError, match="unset AWS_ENDPOINT_URL"):
        load(RegionTable)
