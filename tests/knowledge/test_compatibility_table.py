"""The table itself: its form, and that its rows do not contradict each other."""

import tomllib
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from knowledge.compatibility.judgement import Standing
from knowledge.compatibility.node_rules import newest_image_finding
from knowledge.compatibility.release import compare, is_release, newest
from knowledge.compatibility.table import TABLE, read_table, table


def test_every_source_has_a_title_an_address_and_a_day_and_is_used() -> None:
    text = TABLE.read_text()
    for name, source in tomllib.loads(text)["sources"].items():
        assert set(source) == {"title", "url", "read"}, name
        assert source["url"].startswith("https://"), name
        assert f'source = "{name}"' in text, name


def test_every_version_in_the_table_is_a_release() -> None:
    rows = table()
    versions = [*rows.karpenter.minimum.values(), rows.karpenter.newest, rows.efa_only.release]
    versions += [version for row in rows.images for version in (row.efa_driver, row.nvidia_driver)]
    for installer in rows.efa_installers:
        versions += [
            part for part in (installer.efa_driver, installer.libfabric, installer.aws_ofi_nccl) if part
        ]
    for plugin in rows.plugins:
        versions += [*plugin.versions, *plugin.nccl, plugin.nccl_minimum, plugin.libfabric_minimum]
    assert [version for version in versions if not is_release(version)] == []


def test_no_image_has_two_rows_for_one_minor() -> None:
    pairs = Counter(
        (release, minor)
        for row in table().images
        for release in row.releases
        for minor in row.kubernetes or ("all",)
    )
    assert [pair for pair, rows in pairs.items() if rows > 1] == []


def test_installers_and_plugins_are_listed_once_and_newest_first() -> None:
    installers = [row.version for row in table().efa_installers]
    plugins = [version for row in table().plugins for version in row.versions]
    for releases in (installers, plugins):
        assert all(compare(newer, older) > 0 for newer, older in pairwise(releases))


def test_a_plugin_was_tested_above_its_own_floors() -> None:
    for row in table().plugins:
        assert compare(newest(row.nccl), row.nccl_minimum) >= 0
        assert row.libfabric is None or compare(row.libfabric, row.libfabric_minimum) >= 0


def test_images_are_newest_first_so_that_the_first_can_be_advised() -> None:
    releases = [row.releases[0] for row in table().images]
    assert releases == sorted(releases, reverse=True)


def test_a_row_without_its_source_is_refused() -> None:
    content = tomllib.loads(TABLE.read_text())
    del content["cuda"][0]["source"]
    with pytest.raises(KeyError):
        read_table(content)


def test_the_newest_image_that_exists_is_known_and_is_not_bad() -> None:
    assert table().newest_image == "v20261012"
    assert newest_image_finding("1.35", table()) is None


def test_a_newest_image_that_is_bad_is_a_warning_for_nodes_without_a_release() -> None:
    bad, *_ = table().bad_images
    rows = replace(table(), unread_images=("v20261003",), bad_images=(replace(bad, mended=None),))
    found = newest_image_finding("1.35", rows)
    assert found is not None
    assert found.standing is Standing.UNTESTED
    assert found.cure == "use v20260714"
    assert newest_image_finding("1.36", rows) is None


def test_of_a_minor_that_is_not_known_the_worst_is_thought() -> None:
    assert table().bad_image("v20261003", None) is not None


def test_an_image_whose_nodes_never_become_ready_is_bad() -> None:
    found = table().bad_image("v20260505", "1.35")
    assert found is not None
    assert found.problem == "it cannot pull the pause image, and nodes never become Ready"


def test_an_image_that_mends_another_is_known_and_not_bad_itself() -> None:
    for bad in (each for each in table().bad_images if each.mended):
        assert bad.mended in table().unread_images or table().image(bad.mended or "", None)
        assert all(table().bad_image(bad.mended or "", minor) is None for minor in bad.kubernetes)
