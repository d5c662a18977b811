"""What holds for all settings and all instance types."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.efa_interfaces import UnplannableError, for_node_class, plan_interfaces
from settings.base import Branch
from settings.faults import SettingsError
from settings.places import branch_at, keys_of
from settings.tree import Settings
from tests.knowledge.moto_instance_types import described, efa_type_names
from tests.settings.bad_settings import GOOD, lines_of, settings_of, spoilt
from tests.settings.region_table import RegionTable

EVERYWHERE = RegionTable(everything=True)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


def places(branch: type[Branch], path: str = "") -> list[str]:
    """Every path of the tree, with the first entry of a list for all of them."""
    found: list[str] = []
    for key in keys_of(branch):
        here = f"{path}.{key}" if path else key
        found.append(here)
        entry = f"{here}[0]"
        for there in (here, entry):
            steps = [int(step) if step.isdigit() else step for step in _steps(there)]
            below = branch_at(Settings, steps)
            if below and "existing" not in there and "taints" not in there:
                found += places(below, there)
    return found


def _steps(path: str) -> list[str]:
    return path.replace("[", ".").replace("]", "").split(".")


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(places(Settings)), value=PLAIN)
def test_whatever_stands_anywhere_gives_settings_or_fault_lines(path: str, value: Any) -> None:
    for line in lines_of(spoilt({path: value}), environ={}):
        assert "\n" not in line
        assert ": " in line


@settings(max_examples=100, deadline=None)
@given(raw=st.dictionaries(st.sampled_from(keys_of(Settings)) | st.text(max_size=8), PLAIN, max_size=6))
def test_no_tree_at_all_makes_it_crash(raw: dict[str, Any]) -> None:
    lines_of(raw)


@settings(max_examples=100, deadline=None)
@given(raw=st.dictionaries(st.sampled_from(keys_of(Settings)), PLAIN, max_size=6))
def test_the_report_names_each_fault_once_and_in_order(raw: dict[str, Any]) -> None:
    try:
        settings_of(raw)
    except SettingsError as error:
        assert len(set(error.faults)) == len(error.faults)
        assert SettingsError(reversed(error.faults)).faults == error.faults


@pytest.mark.parametrize("name", efa_type_names())
def test_a_static_provisioner_takes_what_a_node_class_can_hold(
    name: str,
) -> None:
    changes = {
        "nodeGroups": [],
        "provisioners[0].instanceTypes": [name],
        "provisioners[0].placementGroup": False,
    }
    lines = lines_of(spoilt(changes), facts=lambda: EVERYWHERE)
    try:
        for_node_class(plan_interfaces(described(name)), described(name))
    except UnplannableError:
        assert len(lines) == 1
    else:
        assert lines == []


def test_settings_survive_being_written_and_read_again() -> None:
    once = settings_of(GOOD)
    written = json.loads(once.model_dump_json(by_alias=True, exclude_unset=True))
    assert settings_of(written) == once


SPOKEN_KINDS = {"str", "int", "bool", "tuple", "dict", "model", "literal", "union"}
"""Each has its words in settings/messages.py and a case in test_bad_shapes."""
SILENT_KINDS = {"model-fields", "model-field", "default", "nullable", "definitions", "definition-ref"}


def _kinds(schema: Any) -> set[str]:
    """Kinds of value that pydantic's own schema of the tree is made of."""
    if isinstance(schema, list | tuple):
        return set[str]().union(*map(_kinds, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["type"]} if isinstance(schema.get("type"), str) else set()
    return own.union(*map(_kinds, schema.values()))


def test_there_are_words_for_every_kind_of_value_in_the_tree() -> None:
    assert _kinds(Settings.__pydantic_core_schema__) <= SPOKEN_KINDS | SILENT_KINDS
