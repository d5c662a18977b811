from pathlib import Path

import pytest

from sandbox.engine.places import forget_what_is_gone, note_control_plane
from sandbox.engine.state import Record, StackState
from tests.sandbox.engine.fake_cloud import FakeWorld
from tests.sandbox.engine.fake_kubernetes import FakeKubernetes, serving

RECORDS = [
    Record("urn:vpc", "aws:ec2/vpc:Vpc", "vpc", sequence=1),
    Record("urn:group", "eks-efa:network:Network", "network", custom=False, sequence=2),
    Record("urn:pool", "kubernetes:karpenter.sh/v1:NodePool", "pool", sequence=3),
]

SYSTEM = "/api/v1/namespaces/kube-system"


def stack(path: Path) -> StackState:
    state = StackState(path / "dev.json", "dev")
    for record in RECORDS:
        state.put(record)
    return state


def names(state: StackState) -> list[str]:
    return [record.name for record in state]


@pytest.fixture
def api() -> FakeKubernetes:
    return FakeKubernetes(objects={SYSTEM: {"metadata": {"uid": "first"}}})


def test_records_outlast_the_runs_of_one_sandbox(tmp_path: Path, api: FakeKubernetes) -> None:
    state, world = stack(tmp_path), FakeWorld(tmp_path)
    with serving(api, world.paths.kubeconfig):
        assert forget_what_is_gone(state, world, mark=True) == []
        assert forget_what_is_gone(state, world, mark=True) == []
    assert names(state) == ["vpc", "network", "pool"]
    assert set(state.places) == {"aws", "kubernetes"}


def test_a_new_account_voids_what_was_in_the_old_one_and_nothing_else(
    tmp_path: Path, api: FakeKubernetes
) -> None:
    state, world = stack(tmp_path), FakeWorld(tmp_path)
    with serving(api, world.paths.kubeconfig):
        forget_what_is_gone(state, world, mark=True)
        (tmp_path / "marker").unlink()
        (note,) = forget_what_is_gone(state, world, mark=True)
    assert note == "the emulated AWS was started anew: 1 resources of the one before are made again"
    assert names(state) == ["network", "pool"]


def test_a_new_control_plane_voids_what_was_in_the_old_one_and_nothing_else(
    tmp_path: Path, api: FakeKubernetes
) -> None:
    state, world = stack(tmp_path), FakeWorld(tmp_path)
    with serving(api, world.paths.kubeconfig):
        forget_what_is_gone(state, world, mark=True)
        api.objects[SYSTEM]["metadata"]["uid"] = "second"
        (note,) = forget_what_is_gone(state, world, mark=True)
    assert note.startswith("the control plane was started anew: 1 objects")
    assert names(state) == ["vpc", "network"]


def test_an_empty_stack_asks_nobody_unless_it_is_to_be_filled(tmp_path: Path) -> None:
    state, world = StackState(tmp_path / "dev.json", "dev"), FakeWorld(tmp_path)
    assert forget_what_is_gone(state, world, mark=False) == []
    assert not (tmp_path / "marker").exists()


def test_the_first_control_plane_is_noted_after_the_first_objects(
    tmp_path: Path, api: FakeKubernetes
) -> None:
    state, world = stack(tmp_path), FakeWorld(tmp_path)
    with serving(api, world.paths.kubeconfig):
        note_control_plane(state, world)
    assert state.places == {"kubernetes": "first"}
