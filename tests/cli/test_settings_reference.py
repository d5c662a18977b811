from cli.settings_reference import PAGE, page
from settings.tenant import TenantSettings
from settings.tree import Settings


def test_the_committed_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page() + "\n", "run: make schema"


def test_every_setting_is_on_the_page_with_a_meaning() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert all(len(row) == 4 and row[3].removesuffix("|").strip() for row in rows)
    schemas = [root.model_json_schema() for root in (Settings, TenantSettings)]
    definitions = {name: branch for schema in schemas for name, branch in schema["$defs"].items()}
    branches = [*schemas, *(branch for name, branch in definitions.items() if name != "Taint")]
    keys = {f"| `{key}`" for branch in branches for key in branch["properties"]}
    assert keys == {row[0] for row in rows}
