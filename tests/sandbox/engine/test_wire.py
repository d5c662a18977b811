import json
from typing import Any

from pulumi.runtime import rpc
from pulumi.runtime.proto import resource_pb2

from sandbox.engine import values
from sandbox.engine.values import UNKNOWN, Properties, masked, reference
from sandbox.engine.wire import fill, to_plain

SECRET = {rpc._special_sig_key: rpc._special_secret_sig}
RESOURCE = {rpc._special_sig_key: rpc._special_resource_sig}


def struct(properties: Properties) -> Any:
    made = resource_pb2.RegisterResourceRequest().object
    made.update(properties)
    return made


def test_the_unknown_mark_is_pulumis_own() -> None:
    assert values.UNKNOWN == rpc.UNKNOWN


def test_whole_numbers_stay_whole_on_a_wire_of_floats() -> None:
    plain, _ = to_plain(struct({"a": 3, "b": 0.5, "c": [1, {"d": 2}]}))
    assert json.dumps(plain, sort_keys=True) == '{"a": 3, "b": 0.5, "c": [1, {"d": 2}]}'


def test_what_is_null_was_left_out() -> None:
    assert to_plain(struct({"a": None, "b": {"c": None, "d": True}}))[0] == {"b": {"d": True}}


def test_a_secret_anywhere_makes_its_property_secret() -> None:
    hidden = {**SECRET, "value": "hush"}
    plain, secrets = to_plain(struct({"open": "x", "deep": [{"key": hidden}]}))
    assert plain == {"open": "x", "deep": [{"key": "hush"}]}
    assert secrets == {"deep"}


def test_a_resource_as_input_is_its_id() -> None:
    known = {**RESOURCE, "urn": "urn:x", "id": "role-1"}
    new = {**RESOURCE, "urn": "urn:x", "id": ""}
    component = {**RESOURCE, "urn": "urn:x"}
    plain, _ = to_plain(struct({"known": known, "new": new, "component": component}))
    assert plain == {"known": "role-1", "new": UNKNOWN, "component": "urn:x"}


def test_outputs_carry_secrets_and_references_to_the_program() -> None:
    target = struct({})
    outputs = {
        "plain": [1],
        "hidden": {"a": "b"},
        "cluster": reference("t:t:T", "core", "id-1", {}),
        "no": None,
    }
    fill(target, outputs, frozenset({"hidden"}), lambda part: f"urn:{part['name']}")
    assert target["hidden"][rpc._special_sig_key] == rpc._special_secret_sig
    assert target["hidden"]["value"]["a"] == "b"
    assert dict(target["cluster"]) == {
        **RESOURCE,
        "urn": "urn:core",
        "id": "id-1",
        "name": "core",
        "type": "t:t:T",
        "packageVersion": "",
    }
    assert "no" not in target


def test_nothing_secret_and_no_sentinel_is_shown() -> None:
    shown = masked({"key": "s3cret", "zones": ["a", UNKNOWN], "size": 3}, frozenset({"key"}))
    assert shown == {"key": "[secret]", "zones": ["a", "[not known yet]"], "size": 3}
