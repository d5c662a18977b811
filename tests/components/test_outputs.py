"""docs/outputs.md tells of every output, and of none that there is not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import run_program
from tests.components.team_runs import team

GUIDE = Path(__file__).parents[2] / "docs" / "outputs.md"
NAMED = {"nodeGroups": "<name>", "provisioners": "<name>", "launchTemplateIds": "<name>"}
OF_OTHER_NAMES = {"privateSubnets": "<zone>", "systemNodeLabels": "<key>"}


def documented() -> tuple[set[str], set[str]]:
    """The outputs of a stack with a cluster, and those of one on a platform."""
    _, cluster, platform = re.split(r"^## .*$", GUIDE.read_text(), flags=re.MULTILINE)
    first, second = (
        set(re.findall(r"^\| `([^`]+)`", part, flags=re.MULTILINE)) for part in (cluster, platform)
    )
    as_above = {name for name in first if name.startswith(("nccl.", "provisioners."))}
    return first, second | as_above


def paths(outputs: dict[str, Any]) -> Iterator[str]:
    """Each output by its path, with a placeholder for what users name."""
    for key, value in outputs.items():
        if not isinstance(value, dict):
            yield key
            continue
        placeholder = (NAMED | OF_OTHER_NAMES).get(key)
        for name, part in value.items():
            place = f"{key}.{placeholder or name}"
            yield from (f"{place}.{inner}" for inner in part) if isinstance(part, dict) else (place,)


def test_every_output_of_a_stack_with_a_cluster_is_documented() -> None:
    pools = only(node_groups=[node_group()], provisioners=[provisioner()])
    changes = {**pools, "nccl": {"pool": "train"}, "imageRegistry": {"enabled": True}}
    assert set(paths(run_program("dev", changes=changes).outputs)) == documented()[0]


def test_every_output_of_a_stack_on_a_platform_is_documented() -> None:
    assert set(paths(team(nccl={"pool": "vision-p4d"}).outputs)) == documented()[1]
