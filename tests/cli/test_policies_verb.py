import json

from typer.testing import CliRunner

from cli.main import app
from policies.catalogue import RULES

KEYS = {
    "name",
    "description",
    "level",
    "levels",
    "severity",
    "looksAt",
    "references",
    "url",
    "remediation",
    "exemptions",
}


def test_the_document_says_of_every_policy_what_a_script_needs() -> None:
    said = CliRunner().invoke(app, ["policies", "--json"])
    assert said.exit_code == 0
    listed = json.loads(said.output)
    assert [each["name"] for each in listed] == [rule.id for rule in RULES]
    assert all(set(each) == KEYS for each in listed)
    no_ssh = next(each for each in listed if each["name"] == "no-ssh")
    assert no_ssh["levels"] == {"prod": "mandatory", "dev": "advisory", "sandbox": "advisory"}
    assert {"framework": "checkov", "version": "03d5fda", "id": "CKV_AWS_24"} in no_ssh["references"]


def test_the_table_names_level_references_remedy_and_page() -> None:
    said = CliRunner().invoke(app, ["policies"]).output
    for expected in ("eks-private-endpoint", "mandatory; advisory", "CKV_AWS_39", "`cluster.publicAccess`"):
        assert expected in said
