"""A ClusterRole that collects the rules of others stays away once it has been deleted."""

from typing import Any

import pytest

from sandbox.engine.handlers.aggregated_roles import collects, keep_away
from sandbox.engine.kubernetes_kinds import Kind, Manifest
from sandbox.engine.world import World
from sandbox.paths import SandboxPaths
from tests.sandbox.engine.standing_clock import StandingClock

KIND = Kind("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", namespaced=False)
RULE = {"clusterRoleSelectors": [{"matchLabels": {"aggregate": "true"}}]}
BARE: Manifest = {"metadata": {"name": "admin", "uid": "2"}, "rules": None}


class Api:
    """What looks at the role find, one after the other; nothing after the last. `deleted` counts."""

    def __init__(self, *found: Manifest | None) -> None:
        self.found = list(found)
        self.deleted = 0

    def get(self, *_: Any) -> Manifest | None:
        return self.found.pop(0) if self.found else None

    def delete(self, *_: Any) -> None:
        self.deleted += 1


def world_with(api: Api, tmp_path: Any) -> World:
    clock = StandingClock()
    world = World("us-west-2", SandboxPaths(tmp_path), sleep=clock.sleep, clock=clock)
    world.__dict__["kubernetes"] = api
    return world


@pytest.mark.parametrize("found", [(BARE,), (None, BARE), (None, None, BARE, BARE)])
def test_one_that_the_controller_makes_anew_is_deleted_again(
    tmp_path: Any, found: tuple[Manifest | None, ...]
) -> None:
    api = Api(*found)
    keep_away(world_with(api, tmp_path), KIND, "admin")
    assert api.deleted == found.count(BARE)


@pytest.mark.parametrize(
    "somebody_elses",
    [
        {"metadata": {"name": "admin", "labels": {"a": "b"}}},
        {"metadata": {"name": "admin", "annotations": {"a": "b"}}},
        {"metadata": {"name": "admin"}, "aggregationRule": RULE},
    ],
)
def test_one_that_somebody_else_has_made_is_left(tmp_path: Any, somebody_elses: Manifest) -> None:
    api = Api(*[somebody_elses] * 5)
    keep_away(world_with(api, tmp_path), KIND, "admin")
    assert api.deleted == 0


def test_only_roles_that_collect_rules_come_back() -> None:
    assert collects({"kind": "ClusterRole", "aggregationRule": RULE})
    assert not collects({"kind": "ClusterRole", "rules": []})
    assert not collects({"kind": "Role", "aggregationRule": RULE})
