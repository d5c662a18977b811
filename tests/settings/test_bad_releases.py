"""Releases that nobody published or nobody vouches for, and repository names that ECR does not take."""

import pytest

from tests.settings.bad_settings import Case, check, lines_of, spoilt

CASES: dict[str, Case] = {
    "a moving chart": (
        {"devicePlugins.nvidia.version": "latest"},
        'devicePlugins.nvidia.version: "latest" is not a release of a chart, such as 0.18.2',
    ),
    "half a release": (
        {"devicePlugins.efa.version": "v0.5"},
        'devicePlugins.efa.version: "v0.5" is not a release of a chart, such as 0.18.2',
    ),
    "a release that YAML takes for a number": (
        {"devicePlugins.nvidia.version": 0.18},
        "devicePlugins.nvidia.version: 0.18 is a number to YAML, not a version; "
        'use text such as "1.14.0"; quote it in YAML',
    ),
    "a plugin nobody knows": (
        {"devicePlugins.nvidai": {"enabled": False}},
        'devicePlugins.nvidai: unknown key; did you mean "nvidia"?',
    ),
    "an operator without a checksum": (
        {"mpiOperator.version": "0.9.0"},
        'mpiOperator.version: no checksum is known for "0.9.0"; known: "0.8.2"; '
        "add it to knowledge/mpi_operator.py",
    ),
    "a repository name with capitals": (
        {"imageRegistry.name": "Train/nccl"},
        'imageRegistry.name: "Train/nccl" is not a repository name '
        '(a-z, 0-9, "/", and between them ".", "_", "-")',
    ),
    "a repository that keeps nothing": (
        {"imageRegistry.keepImages": 0},
        "imageRegistry.keepImages: 0 is too small; at least 1",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_bad_value_gets_its_line(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("version", ["0.17.1", "v0.5.30"])
def test_a_chart_may_write_its_release_with_a_v_or_without(version: str) -> None:
    assert lines_of(spoilt({"devicePlugins.efa.version": version})) == []
