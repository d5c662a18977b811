"""Instance types by AWS's own data: one that is misspelt would leave a check out."""

import gzip
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from knowledge.efa_interfaces import EFA_CARDS
from nccl.floors import PUBLISHED
from nccl.instance_types import has_form, normalised
from settings.words import did_you_mean, quoted


def known_type(given: str) -> str:
    """The name as EC2 has it. Raises ValueError, with one line, for a type that there is none of."""
    name = normalised(given)
    described = described_types()
    known = {*described, *EFA_CARDS, *(one.instance_type for one in PUBLISHED)}
    if name in known or (has_form(name) and not described):
        return name
    cure = did_you_mean(name, known)
    raise ValueError("; ".join(part for part in (f"unknown instance type {quoted(given)}", cure) if part))


@cache
def described_types() -> frozenset[str]:
    """Every type that EC2 describes.

    From the file of EC2's descriptions in moto, which the sandbox answers from; empty where moto is not
    installed. The file alone is read, for importing moto takes a second.
    """
    moto = find_spec("moto")
    if moto is None or moto.origin is None:
        return frozenset()
    file = Path(moto.origin).parent / "ec2" / "resources" / "instance_types.json.gz"
    return frozenset(json.loads(gzip.decompress(file.read_bytes())) if file.is_file() else ())
