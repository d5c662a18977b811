import base64
import json

from plan.readable import CRD, readable
from sandbox.engine.values import UNKNOWN
from tests.plan.small_program import resource


def test_policies_are_shown_as_what_they_say() -> None:
    policy = resource("aws:iam/policy:Policy", "p", {"policy": json.dumps({"Statement": [{"Sid": "A"}]})})
    assert readable(policy) == {"policy": {"Statement": [{"Sid": "A"}]}}


def test_user_data_is_decoded() -> None:
    template = resource("x", "t", {"userData": base64.b64encode(b"#!/bin/bash\nexit 0\n").decode()})
    assert readable(template) == {"userData": "#!/bin/bash\nexit 0\n"}


def test_what_only_looks_packed_stays_as_it_is() -> None:
    inputs = {"userData": "not base64", "text": "{braces}", "list": "[1, 2", "empty": ""}
    assert readable(resource("x", "t", inputs)) == inputs


def test_what_is_not_known_yet_is_said_to_be_so_however_deep() -> None:
    assert readable(resource("x", "t", {"a": [{"b": UNKNOWN}]})) == {"a": [{"b": "[not known yet]"}]}


def test_the_schema_of_a_crd_is_a_digest_that_changes_with_it() -> None:
    def shown(description: str) -> str:
        schema = {"openAPIV3Schema": {"description": description * 3000}}
        crd = resource(CRD, "crd", {"spec": {"group": "g", "versions": [{"name": "v1", "schema": schema}]}})
        spec = readable(crd)["spec"]
        assert (spec["group"], spec["versions"][0]["name"]) == ("g", "v1")
        return str(spec["versions"][0]["schema"])

    assert shown("a").startswith("[2 KB, sha256 ")
    assert shown("a") == shown("a") != shown("b")


def test_a_crd_without_versions_and_one_that_is_not_known_yet_stay_as_they_are() -> None:
    for spec in ({"group": "g"}, "[not known yet]"):
        assert readable(resource(CRD, "crd", {"spec": spec})) == {"spec": spec}
