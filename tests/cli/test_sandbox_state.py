import json
from pathlib import Path

import pytest

from cli.sandbox_state import deployed_records, deployed_stacks, is_running, sandbox_state
from cli.status_document import Chart, SandboxState
from sandbox.paths import SandboxPaths


@pytest.fixture
def paths(tmp_path: Path) -> SandboxPaths:
    return SandboxPaths(tmp_path / "sandbox")


def release(name: str, version: str) -> dict[str, object]:
    inputs = {"name": name, "chart": f"oci://charts.example/{name}", "version": version}
    return {"type": "kubernetes:helm.sh/v3:Release", "inputs": inputs}


def deployed(paths: SandboxPaths, *records: dict[str, object]) -> None:
    paths.stacks.mkdir(parents=True)
    (paths.stacks / "sandbox.json").write_text(json.dumps({"version": 1, "records": records}))


def test_a_sandbox_that_never_ran_has_nothing_and_makes_no_directory(paths: SandboxPaths) -> None:
    assert sandbox_state(paths, "sandbox") == SandboxState(directory=str(paths.root))
    assert not paths.root.exists()


def test_a_process_that_has_ended_is_not_taken_for_a_running_sandbox(paths: SandboxPaths) -> None:
    paths.root.mkdir()
    gone = {"name": "etcd", "pid": 2**22 + 1, "started": 1.0, "command": ["etcd"]}
    paths.processes.write_text(json.dumps([gone]))
    assert not is_running(paths)


def test_a_chart_is_shown_as_installed_unless_it_is_on_record_as_not(paths: SandboxPaths) -> None:
    vpc: dict[str, object] = {"type": "aws:ec2/vpc:Vpc", "inputs": {}}
    deployed(paths, vpc, release("karpenter", "1.14.0"), release("efa", "0.5"))
    paths.charts.mkdir()
    record = {"name": "efa", "reason": "charts.example cannot be reached", "values": {}}
    (paths.charts / "efa.json").write_text(json.dumps(record))
    state = sandbox_state(paths, "sandbox")
    assert state.deployed
    assert state.charts == (
        Chart("karpenter", "1.14.0", None),
        Chart("efa", "0.5", "charts.example cannot be reached"),
    )


def test_a_state_file_cut_short_by_a_full_disk_is_no_crash(paths: SandboxPaths) -> None:
    paths.stacks.mkdir(parents=True)
    (paths.stacks / "sandbox.json").write_text('{"records": [')
    assert deployed_records(paths, "sandbox") == []


def test_stacks_are_deployed_as_long_as_something_is_recorded_of_them(paths: SandboxPaths) -> None:
    deployed(paths, release("karpenter", "1.14.0"))
    (paths.stacks / "team-a.json").write_text(json.dumps({"records": [release("job", "1")]}))
    (paths.stacks / "team-b.json").write_text(json.dumps({"records": []}))
    (paths.stacks / "team-c.lock").touch()
    assert deployed_stacks(paths) == ("sandbox", "team-a")
