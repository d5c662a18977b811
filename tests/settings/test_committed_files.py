"""The stack files, the project file and the JSON Schema that are committed fit the typed tree."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.examine import Surroundings, examine
from settings.json_schema import PROJECT, SCHEMA_PATH, schema_text, stack_file_schema
from settings.neighbours import neighbours_of
from settings.places import field_of, keys_of
from settings.reading import NOTHING
from settings.stack_file import read_stack_file, stacks_in
from settings.tenant import TenantSettings
from settings.tree import Settings
from tests.settings.region_table import RegionTable

# By name, since it has no types; it comes with moto.
Draft202012Validator = import_module("jsonschema").Draft202012Validator

ROOT = Path(__file__).parents[2]
STACKS = ("dev", "prod", "sandbox")
TEAMS = ("team-a", "team-b")
ADOPTING = "existing"
IN_A_SANDBOX = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
ENVIRON = {"sandbox": IN_A_SANDBOX, ADOPTING: IN_A_SANDBOX}


def project_file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    return content


def committed(stack: str) -> Settings:
    file = read_stack_file(ROOT, stack, PROJECT)
    surroundings = Surroundings(file.region, ENVIRON.get(stack, {}), RegionTable)
    settings = examine(file.raw, surroundings)
    assert isinstance(settings, Settings)
    return settings


def test_the_stacks_are_these() -> None:
    assert {*STACKS, *TEAMS, ADOPTING} <= set(stacks_in(ROOT))


@pytest.mark.parametrize("stack", TEAMS)
def test_a_committed_team_has_no_fault_beside_the_other(stack: str) -> None:
    file = read_stack_file(ROOT, stack, PROJECT)
    neighbours = neighbours_of(ROOT, PROJECT, stack)
    assert [each.stack for each in neighbours] == [other for other in TEAMS if other != stack]
    surroundings = Surroundings(file.region, IN_A_SANDBOX, RegionTable, neighbours=neighbours)
    settings = examine(file.raw, surroundings)
    assert isinstance(settings, TenantSettings)
    assert settings.platform == f"organization/{PROJECT}/sandbox"


@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_stack_has_no_fault(stack: str) -> None:
    assert committed(stack).cluster.name == f"efa-{stack}"


def test_the_committed_stack_on_a_cluster_of_others_has_no_fault() -> None:
    assert committed(ADOPTING).cluster.name == "legacy"


@pytest.mark.parametrize("stack", STACKS)
def test_no_committed_stack_costs_gpus_before_somebody_asks(stack: str) -> None:
    assert [group.desired_nodes for group in committed(stack).node_groups] == [0]
    assert all(group.min_nodes == 0 for group in committed(stack).node_groups)


def test_only_the_sandbox_is_a_sandbox_and_only_production_is_production() -> None:
    assert [stack for stack in STACKS if committed(stack).sandbox] == ["sandbox"]
    assert [stack for stack in STACKS if committed(stack).environment == "prod"] == ["prod"]


@pytest.mark.parametrize("stack", (*STACKS, *TEAMS, ADOPTING))
def test_a_committed_stack_fits_the_schema_that_editors_use(stack: str) -> None:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=settings.schema.json\n")
    Draft202012Validator(stack_file_schema()).validate(yaml.safe_load(text))


def test_the_committed_schema_is_the_one_of_the_tree() -> None:
    assert SCHEMA_PATH.read_text() == schema_text(), "run: python -m settings.json_schema"


@pytest.mark.parametrize(
    "config",
    [
        {"aws:region": "us-west-2"},
        {"aws:region": "us-west-2", f"{PROJECT}:cluster": {"name": "x"}, f"{PROJECT}:platform": "a/b/c"},
        {"aws:region": "us-west-2", f"{PROJECT}:platform": "b/c"},
        {"aws:region": "us-west-2", f"{PROJECT}:cluster": {"name": "x"}, f"{PROJECT}:colour": "red"},
        {"aws:region": "us-west-2", f"{PROJECT}:cluster": {"name": "x", "colour": "red"}},
        {"aws:region": "us-west-2", f"{PROJECT}:cluster": {"name": "x", "version": 1.35}},
        {"aws:region": "us-west-2", f"{PROJECT}:cluster": {"name": "x"}, f"{PROJECT}:nodeGroups": [{}]},
    ],
)
def test_the_schema_marks_missing_unknown_and_mistyped_keys(config: dict[str, Any]) -> None:
    assert not Draft202012Validator(stack_file_schema()).is_valid({"config": config})


def test_the_schema_leaves_other_namespaces_and_pulumis_own_keys_alone() -> None:
    config = {"aws:region": "us-west-2", "aws:profile": "x", f"{PROJECT}:cluster": {"name": "x"}}
    Draft202012Validator(stack_file_schema()).validate({"config": config, "encryptionsalt": "v1:abc"})


def test_the_schema_takes_a_stack_on_a_platform() -> None:
    config = {"aws:region": "us-west-2", f"{PROJECT}:platform": "acme/eks-efa-karpenter/prod"}
    Draft202012Validator(stack_file_schema()).validate({"config": config})


def test_every_setting_says_what_it_is_in_the_schema() -> None:
    schema = stack_file_schema()
    branches = [schema["properties"]["config"], *schema["$defs"].values()]
    silent = [
        key
        for branch in branches
        for key, field in branch["properties"].items()
        if "description" not in field
    ]
    assert silent == []


def test_the_project_file_declares_and_describes_every_top_level_key() -> None:
    declared = project_file()["config"]
    assert tuple(declared) == tuple(dict.fromkeys((*keys_of(Settings), *keys_of(TenantSettings))))
    assert all(each["description"] for each in declared.values())
    assert all("items" in each for each in declared.values() if each["type"] == "array")


def test_the_project_files_defaults_are_those_of_the_tree() -> None:
    # Pulumi refuses a stack that lacks a declared key without a default, and no stack has them all: one has a
    # cluster, another a platform.
    for key, each in project_file()["config"].items():
        field = field_of(Settings, key)
        if field and each["type"] in ("string", "boolean"):
            assert each["default"] == field.default
        else:
            assert each["default"] in NOTHING, key


def test_the_project_runs_in_the_environment_that_make_creates() -> None:
    project = project_file()
    assert project["name"] == PROJECT
    assert project["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
