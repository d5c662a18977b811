"""The namespace of the scale verbs goes with all that is in it, from a cluster that stays."""

from pathlib import Path

import httpx2
import pytest
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster as Address
from lightkube.config.models import User
from lightkube.core.exceptions import ApiError

from cli.cluster import Cluster
from cli.errors import CommandError
from cli.scale_in import remove_namespace
from tests.cli.fake_clock import FakeClock

PLACE = "DELETE /api/v1/namespaces/eks-efa-scale"


class Answers:
    """An API server that answers with one status after the other; the last of them for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        said = {"kind": "Status", "status": "Failure", "code": status, "message": "as it is"}
        return httpx2.Response(status, json=said)


def cluster(answers: Answers) -> Cluster:
    config = KubeConfig.from_one(cluster=Address("http://127.0.0.1:1"), user=User(token="t"))
    return Cluster(Path("kubeconfig"), Client(config, transport=httpx2.MockTransport(answers)))


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.waiting.SystemClock", FakeClock)


@pytest.mark.parametrize("statuses", [(404,), (200, 404), (200, 409, 409, 404)])
def test_it_is_waited_for_until_it_is_gone(statuses: tuple[int, ...]) -> None:
    answers = Answers(*statuses)
    remove_namespace(cluster(answers))
    assert answers.asked == [PLACE] * len(statuses)


def test_one_that_stays_is_named_in_the_end() -> None:
    with pytest.raises(CommandError, match="namespace eks-efa-scale: still there after 60 s"):
        remove_namespace(cluster(Answers(200)))


def test_a_user_who_may_not_is_told_so() -> None:
    with pytest.raises(ApiError, match="as it is"):
        remove_namespace(cluster(Answers(403)))
