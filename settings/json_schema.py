"""The JSON Schema of `Pulumi.<stack>.yaml`, for editors: completion, hover texts and red lines while typing.

`python -m settings.json_schema` writes it anew to settings.schema.json; a test compares the two.
"""

import json
from pathlib import Path
from typing import Any

from settings.tenant import TenantSettings
from settings.tree import Settings

PROJECT = "eks-efa-karpenter"
SCHEMA_PATH = Path(__file__).parent.parent / "settings.schema.json"


def stack_file_schema(project: str = PROJECT) -> dict[str, Any]:
    """The schema of a stack file: this project's keys typed, all else left free."""
    trees = [root.model_json_schema(by_alias=True) for root in (Settings, TenantSettings)]
    keys = {f"{project}:{key}": schema for tree in trees for key, schema in tree["properties"].items()}
    region = {"type": "string", "description": "AWS region of the stack.", "examples": ["us-west-2"]}
    config = {
        "type": "object",
        "description": "Values of the stack. Those of this project start with its name.",
        "properties": {"aws:region": region, **keys},
        "patternProperties": {f"^(?!{project}:)": {}},
        "required": ["aws:region"],
        # A cluster of its own, or a platform.
        "oneOf": [{"required": [f"{project}:{key}" for key in tree["required"]]} for tree in trees],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Stack file of {project}",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": {name: schema for tree in trees for name, schema in tree["$defs"].items()},
    }


def schema_text() -> str:
    """The schema as it is committed."""
    return json.dumps(stack_file_schema(), indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text())
