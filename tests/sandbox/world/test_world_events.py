"""Events that stand-ins write."""

from sandbox.world.events import LONGEST_MESSAGE, tell
from tests.sandbox.world.mpi.mpi_world import LATER, NOW, StoredObjects, mpi_job

EVENTS = "/api/v1/namespaces/nccl-test/events"


def told(kubernetes: StoredObjects, message: str, now: str = NOW, *, warns: bool = True) -> None:
    tell(kubernetes, "somebody", mpi_job().document, "Reason", message, now, warns=warns)


def test_an_event_names_its_object_and_says_who_tells_it() -> None:
    kubernetes = StoredObjects()
    told(kubernetes, "words", warns=False)
    (event,) = kubernetes.objects.values()
    assert event["involvedObject"] == {
        "apiVersion": "kubeflow.org/v2beta1",
        "kind": "MPIJob",
        "name": "nccl-efa",
        "namespace": "nccl-test",
        "uid": "uid-of-nccl-efa",
    }
    assert (event["type"], event["source"]) == ("Normal", {"component": "somebody"})


def test_the_same_words_about_the_same_object_are_one_event() -> None:
    kubernetes = StoredObjects()
    for words, now in (("words", NOW), ("words", LATER), ("others", LATER)):
        told(kubernetes, words, now)
    assert [message for _, _, message in kubernetes.events()] == ["words", "others"]


def test_a_message_is_cut_to_what_the_api_server_takes() -> None:
    kubernetes = StoredObjects()
    told(kubernetes, "x" * 2000)
    assert [len(message) for _, _, message in kubernetes.events()] == [LONGEST_MESSAGE]


def test_an_event_that_is_refused_is_lost_and_no_error() -> None:
    kubernetes = StoredObjects()
    kubernetes.refused[EVENTS] = 403
    told(kubernetes, "words")
    assert kubernetes.events() == []
