"""What a region offers, from the data that moto carries: instance types, and the zones that have them.

moto's own modules take a second to import and its emulated EC2 nine to describe everything, so its data files
are read instead, and of the instance types only those that are asked for.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sandbox.engine.errors import SandboxError

LISTED_BY = "5.2.5"
LISTED_ON = "2026-10-27"
"""The release of moto whose data this is, and its day: that of the files in its wheel on PyPI. moto reads
them from EC2 (scripts/ec2_get_instance_types.py and ec2_get_instance_type_offerings.py of getmoto/moto)."""


@cache
def _folder() -> Path:
    """moto's data about EC2, found without importing moto."""
    found = find_spec("moto")
    if found is None or found.origin is None:
        raise SandboxError("moto", "is not installed", "run make, which makes the .venv with it")
    return Path(found.origin).parent / "ec2" / "resources"


@cache
def _text() -> str:
    """Descriptions of all instance types, as one JSON object of 4 MB."""
    return gzip.decompress((_folder() / "instance_types.json.gz").read_bytes()).decode()


@cache
def describe(instance_type: str) -> Any:
    """EC2's description of a type, or None; decodes this one alone, a thirtieth of the time of all."""
    key = f"{json.dumps(instance_type)}: "
    position = _text().find(key + "{")
    return None if position < 0 else json.JSONDecoder().raw_decode(_text(), position + len(key))[0]


@cache
def describe_all() -> Mapping[str, Any]:
    """Every description by name; wanted only to suggest a type in the place of a misspelt one."""
    found: Mapping[str, Any] = json.loads(_text())
    return found


@cache
def offered_zones(region: str) -> Mapping[str, tuple[str, ...]]:
    """Names of the zones that offer each instance type; none for a region without data."""
    file = _folder() / "instance_type_offerings" / "availability-zone" / f"{region}.json.gz"
    if not file.exists():
        return {}
    zones: dict[str, list[str]] = {}
    for offer in json.loads(gzip.decompress(file.read_bytes())):
        zones.setdefault(offer["InstanceType"], []).append(offer["Location"])
    return {name: tuple(sorted(locations)) for name, locations in zones.items()}


def zones(region: str) -> tuple[str, ...]:
    """Names of the region's zones; none for a region without data."""
    return tuple(sorted({zone for zones in offered_zones(region).values() for zone in zones}))
