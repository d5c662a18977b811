from threading import Barrier, Lock

from sandbox.engine.deletion import Deletion, replaced_with
from sandbox.engine.handler import Handler
from sandbox.engine.registry import Registry
from sandbox.engine.state import Record
from sandbox.engine.values import Properties
from sandbox.engine.watch import Watch
from sandbox.engine.world import World


def record(name: str, sequence: int, *needed: str, **further: object) -> Record:
    values = {"urn": name, "type": "t", "name": name, "sequence": sequence, "dependencies": needed, **further}
    return Record.from_json(values)


class Deleted:
    """Notes the order, and fails where it is told to."""

    def __init__(self, *failing: str) -> None:
        self.order: list[str] = []
        self._failing = failing
        self._lock = Lock()

    def __call__(self, gone: Record) -> None:
        if gone.name in self._failing:
            raise ValueError(gone.name)
        with self._lock:
            self.order.append(gone.name)


def run(records: list[Record], delete: Deleted) -> Watch:
    watch = Watch(lambda event: None)
    Deletion(delete, watch, lambda gone: True).run(records)
    return watch


def test_dependents_go_before_what_they_need() -> None:
    deleted = Deleted()
    run([record("vpc", 1), record("subnet", 2, "vpc"), record("cluster", 3, "subnet")], deleted)
    assert deleted.order == ["cluster", "subnet", "vpc"]


def test_a_dependency_on_something_made_later_counts_too() -> None:
    deleted = Deleted()
    run([record("group", 1, "template"), record("template", 5)], deleted)
    assert deleted.order == ["group", "template"]


def test_children_go_before_their_parent_and_users_before_their_provider() -> None:
    deleted = Deleted()
    run(
        [record("p", 9), record("c", 2, parent="p"), record("k", 8), record("o", 4, provider="k")],
        deleted,
    )
    assert deleted.order.index("c") < deleted.order.index("p")
    assert deleted.order.index("o") < deleted.order.index("k")


def test_what_a_failed_deletion_needs_stays_and_the_rest_goes() -> None:
    deleted = Deleted("subnet")
    watch = run([record("vpc", 1), record("subnet", 2, "vpc"), record("queue", 3)], deleted)
    assert deleted.order == ["queue"]
    assert watch.failure is not None
    assert "subnet" in watch.failure


def test_what_can_go_at_once_goes_side_by_side() -> None:
    together = Barrier(4)
    Deletion(lambda gone: void(together.wait(10)), Watch(lambda event: None), lambda gone: True).run(
        [record(f"r{number}", number) for number in range(4)]
    )


def void(_: int) -> None:
    """Nothing comes of it."""


def test_two_generations_of_one_resource_are_told_apart() -> None:
    old = record("cluster", 1, status="superseded")
    deleted = Deleted()
    run([old, record("group", 2, "cluster", status="superseded"), record("cluster", 3)], deleted)
    assert sorted(deleted.order) == ["cluster", "cluster", "group"]
    assert deleted.order[0] == "group"


class Fixed(Handler):
    replace_on = frozenset({"owner", "spec.template"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        raise NotImplementedError

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        raise NotImplementedError

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        raise NotImplementedError


def test_what_refers_to_a_replaced_resource_in_a_fixed_property_is_replaced_with_it() -> None:
    cluster = record("cluster", 1)
    group = record("group", 2, property_dependencies={"owner": ["cluster"]})
    node = record("node", 3, property_dependencies={"spec": ["group"]})
    tag = record("tag", 4, "cluster", property_dependencies={"value": ["cluster"]})
    doomed = replaced_with(cluster, [tag, node, group, cluster], Registry({"t": Fixed()}, {}))
    assert [gone.name for gone in doomed] == ["cluster", "group", "node"]
