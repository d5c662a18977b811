"""Writes docs/settings.md: every setting with its default, from the typed tree's own JSON Schema.

A test compares the committed file with what this makes, so the page cannot fall behind the code.
"""

import json
from pathlib import Path
from typing import Any

from sandbox.paths import REPOSITORY
from settings.json_schema import PROJECT
from settings.tenant import TenantSettings
from settings.tree import Settings

PAGE = REPOSITORY / "docs" / "settings.md"

INTRODUCTION = f"""# Settings

Made by `make schema` from the code in `settings/`; change them there.

They stand in `Pulumi.<stack>.yaml` under `config`, each as `{PROJECT}:<key>`.
Whatever is wrong with them is reported in one go by `make check`, and before anything is made.
"""

Schema = dict[str, Any]


def page() -> str:
    """The whole page."""
    schema = Settings.model_json_schema()
    parts = [INTRODUCTION, *_section("", schema, schema["$defs"])]
    tenant = TenantSettings.model_json_schema()
    only_there = {key: each for key, each in tenant["properties"].items() if key not in schema["properties"]}
    on_a_platform = {**tenant, "properties": only_there}
    parts += ["", *_section("", on_a_platform, tenant["$defs"], heading="On a platform")]
    return "\n".join(parts)


def _section(path: str, schema: Schema, definitions: dict[str, Schema], heading: str = "") -> list[str]:
    """A table of one branch, then the sections of the branches below it."""
    heading = heading or path
    parts = [f"## {heading or 'Top level'}\n", *([_sentence(schema["description"]), ""] if heading else [])]
    parts += ["| Key | Takes | Default | |", "| --- | --- | --- | --- |"]
    below: list[str] = []
    required = schema.get("required", [])
    for key, field in schema["properties"].items():
        target = _reference(field)
        where = f"{path}.{key}" if path else key
        if target:
            place = f"{where}[]" if field.get("type") == "array" else where
            below += ["", *_section(place, definitions[target], definitions)] if key != "taints" else []
        branch = definitions[target] if target else {}
        meaning = field.get("description") or branch.get("description", "")
        default = "required" if key in required else _default(field, is_branch=bool(target))
        parts.append(f"| `{key}` | {_takes(field)} | {default} | {_sentence(meaning)} |")
    return [*parts, *below]


def _reference(field: Schema) -> str | None:
    """Name of the branch that a field holds, alone, optional or in a list."""
    for part in (field, field.get("items", {}), *field.get("anyOf", [])):
        if "$ref" in part:
            return str(part["$ref"].rpartition("/")[2])
    return None


def _takes(field: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(_takes(option) for option in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "$ref" in field:
        return "see below"
    if field["type"] == "array":
        items = _takes(field["items"]) if "items" in field else "anything"
        return f"list of: {items}"
    if field["type"] == "object":
        return "map of text to text"
    names = {"integer": "whole number", "boolean": "true or false", "string": "text", "null": "nothing"}
    bounds = [
        f"{word} {field[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in field
    ]
    return " ".join([names[field["type"]], *bounds])


def _default(field: Schema, *, is_branch: bool) -> str:
    value = field.get("default")
    if is_branch and isinstance(value, dict):
        return ""
    if is_branch and value:
        return "those of the devices"
    return "none" if value in (None, [], {}, "") else f"`{json.dumps(value)}`"


def _sentence(text: str) -> str:
    return " ".join(text.split())


def main(target: Path = PAGE) -> None:
    """Write the page."""
    target.write_text(page() + "\n")


if __name__ == "__main__":
    main()
