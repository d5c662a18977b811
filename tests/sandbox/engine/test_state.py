import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine.state import Record, StackState, StateError


def record(name: str, sequence: int, **further: object) -> Record:
    values = {"urn": f"urn:{name}", "type": "t", "name": name, "sequence": sequence, **further}
    return Record.from_json(values)


def reloaded(path: Path) -> list[Record]:
    return list(StackState(path, "dev"))


def test_everything_of_a_record_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "stacks" / "dev.json"
    kept = Record(
        urn="urn:a",
        type="t",
        name="a",
        parent="urn:p",
        custom=False,
        id="i-1",
        physical_name="a-1234567",
        inputs={"list": [1, {"deep": None}]},
        outputs={"text": "é", "number": 1.5},
        surroundings={"x": "y"},
        secrets=("text",),
        dependencies=("urn:b", "urn:c"),
        property_dependencies={"list": ("urn:b",)},
        provider="urn:prov",
        sequence=7,
        protect=True,
        retain=True,
        status="updating",
        intended={"list": []},
    )
    StackState(path, "dev").put(kept)
    assert reloaded(path) == [kept]


def test_outputs_places_and_numbering_come_back(tmp_path: Path) -> None:
    state = StackState(tmp_path / "dev.json", "dev")
    assert state.next_sequence() == 1
    state.outputs, state.secret_outputs, state.places = {"x": 1}, frozenset({"x"}), {"aws": "m"}
    state.save()
    again = StackState(tmp_path / "dev.json", "dev")
    assert (again.outputs, again.secret_outputs, again.places) == ({"x": 1}, frozenset({"x"}), {"aws": "m"})
    assert again.next_sequence() == 2


def test_a_superseded_resource_and_its_replacement_are_both_remembered(tmp_path: Path) -> None:
    state = StackState(tmp_path / "dev.json", "dev")
    old, new = record("a", 1, id="old"), record("a", 2, id="new")
    state.put(old)
    state.supersede(old, new)
    again = StackState(tmp_path / "dev.json", "dev")
    assert [(kept.id, kept.status) for kept in again] == [("old", "superseded"), ("new", "ready")]
    again.remove([next(iter(again))])
    assert [kept.id for kept in reloaded(tmp_path / "dev.json")] == ["new"]


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    StackState(tmp_path / "dev.json", "dev").put(record("a", 1))
    assert (tmp_path / "dev.json").stat().st_mode & 0o077 == 0


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    state = StackState(tmp_path / "dev.json", "dev", persistent=False)
    state.put(record("a", 1))
    assert [kept.name for kept in state] == ["a"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["{", '{"version": 99}'])
def test_an_unusable_file_is_named_with_a_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "dev.json").write_text(content)
    with pytest.raises(StateError, match=r"dev\.json: .*; (restore|remove)"):
        StackState(tmp_path / "dev.json", "dev")


def test_one_line_per_resource_so_that_two_states_can_be_compared(tmp_path: Path) -> None:
    state = StackState(tmp_path / "dev.json", "dev")
    for number in range(3):
        state.put(record(f"r{number}", number))
    lines = (tmp_path / "dev.json").read_text().splitlines()
    assert [json.loads(line.rstrip(","))["name"] for line in lines[1:-1]] == ["r0", "r1", "r2"]


KILLED_AT_ANY_MOMENT = """
import sys, itertools
from pathlib import Path
from sandbox.engine.state import Record, StackState
state = StackState(Path(sys.argv[1]), "dev")
for number in itertools.count(1):
    state.put(Record(f"urn:{number}", "t", f"r{number}", inputs={"x": "y" * 2000}, sequence=number))
    print(number, flush=True)
"""


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_put(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    command = [sys.executable, "-c", KILLED_AT_ANY_MOMENT, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= 50:
                writer.send_signal(signal.SIGKILL)
                break
        put = [50, *map(int, writer.stdout.read().split())][-1]
    assert len(reloaded(path)) in (put, put + 1)
