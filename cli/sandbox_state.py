"""What a sandbox says of itself without asking its cluster: does it run, is the program deployed."""

import json
from typing import Any

from cli.status_document import Chart, SandboxState
from sandbox.environment import aws_endpoint
from sandbox.paths import SandboxPaths
from sandbox.world.processes import Processes

HELM_RELEASE = "kubernetes:helm.sh/v3:Release"


def is_running(paths: SandboxPaths) -> bool:
    """Whether any process of the sandbox lives. A directory that was never used has none."""
    return paths.processes.is_file() and bool(Processes(paths).running())


def sandbox_state(paths: SandboxPaths, stack: str) -> SandboxState:
    """Read the sandbox's files."""
    records = deployed_records(paths, stack)
    running = is_running(paths)
    return SandboxState(
        running=running,
        directory=str(paths.root),
        aws_endpoint=aws_endpoint(paths) if running else None,
        deployed=bool(records),
        charts=charts(records, recorded_only(paths)),
    )


def deployed_records(paths: SandboxPaths, stack: str) -> list[dict[str, Any]]:
    """The engine's records of what it has made for a stack; none before the first `up`."""
    try:
        state: dict[str, Any] = json.loads((paths.stacks / f"{stack}.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return []
    return list(state.get("records", []))


def deployed_stacks(paths: SandboxPaths) -> tuple[str, ...]:
    """Names of the stacks that something is recorded of."""
    names = sorted(path.stem for path in paths.stacks.glob("*.json"))
    return tuple(name for name in names if deployed_records(paths, name))


def recorded_only(paths: SandboxPaths) -> dict[str, str]:
    """Releases whose charts this machine cannot reach, each with the reason."""
    contents = [json.loads(path.read_text()) for path in sorted(paths.charts.glob("*.json"))]
    return {content["name"]: content["reason"] for content in contents if "reason" in content}


def charts(records: list[dict[str, Any]], not_installed: dict[str, str]) -> tuple[Chart, ...]:
    """The stack's Helm releases in the order they were made."""
    releases = [record["inputs"] for record in records if record["type"] == HELM_RELEASE]
    return tuple(
        Chart(
            name=inputs.get("name") or inputs["chart"].rpartition("/")[2],
            version=inputs.get("version") or "",
            reason=not_installed.get(inputs.get("name") or inputs["chart"].rpartition("/")[2]),
        )
        for inputs in releases
    )
