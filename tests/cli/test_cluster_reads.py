from pathlib import Path

import httpx2
import pytest
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster as Address
from lightkube.config.models import User

from cli.cluster import Cluster


def cluster_that_answers(response: httpx2.Response) -> Cluster:
    config = KubeConfig.from_one(cluster=Address("http://127.0.0.1:1"), user=User(token="t"))
    transport = httpx2.MockTransport(lambda request: response)
    return Cluster(Path("kubeconfig"), Client(config, transport=transport))


STATUS = {"kind": "Status", "status": "Failure", "code": 404, "message": "could not find the resource"}


@pytest.mark.parametrize(
    "response",
    [httpx2.Response(404, text="404 page not found\n"), httpx2.Response(404, json=STATUS)],
    ids=["no such group", "no such kind"],
)
def test_a_cluster_without_karpenters_definitions_has_none_of_its_objects(response: httpx2.Response) -> None:
    assert cluster_that_answers(response).node_pools() == []


def test_any_other_refusal_is_an_error() -> None:
    with pytest.raises(httpx2.HTTPStatusError):
        cluster_that_answers(httpx2.Response(403, json={**STATUS, "code": 403})).node_claims()
