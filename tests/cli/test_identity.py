import base64
import re
from pathlib import Path
from typing import Any

import certifi
import pytest
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster as Address
from lightkube.config.models import User

from cli.cluster import Cluster
from cli.errors import CommandError
from cli.identity import describe_cluster, refuse_another_cluster

AUTHORITIES = re.findall(r"-----BEGIN [^#]+?-----END CERTIFICATE-----\n", Path(certifi.where()).read_text())
"""Some that are real, since lightkube loads what a kubeconfig names."""
OURS, THEIRS = (base64.b64encode(each.encode()).decode() for each in AUTHORITIES[:2])


class Eks:
    """Knows one cluster, which is there or is being made."""

    def __init__(self, authority: str | None = OURS) -> None:
        self._authority = {"certificateAuthority": {"data": authority}} if authority else {}

    def describe_cluster(self, **asked: str) -> dict[str, Any]:
        assert asked == {"name": "efa-dev"}
        return {"cluster": {"status": "CREATING", **self._authority}}


def refuse(address: Address, kubeconfig: Path = Path("kubeconfig"), eks: Eks | None = None) -> None:
    client = Client(KubeConfig.from_one(cluster=address, user=User(token="t"), fname=str(kubeconfig)))
    described = describe_cluster(eks or Eks(), "efa-dev")
    refuse_another_cluster(Cluster(kubeconfig, client), "efa-dev", described, "aws eks update-kubeconfig")


def test_the_stacks_own_cluster_may_be_reached_through_a_tunnel(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text(AUTHORITIES[0])
    refuse(Address("https://localhost:8443", certificate_auth_data=OURS))
    refuse(Address("https://localhost:8443", certificate_auth="ca.crt"), tmp_path / "kubeconfig")


def test_another_cluster_is_refused_and_so_is_one_that_proves_nothing() -> None:
    for address in (Address("https://train", certificate_auth_data=THEIRS), Address("http://train")):
        with pytest.raises(
            CommandError, match=r"not of the stack's cluster efa-dev.*aws eks update-kubeconfig"
        ):
            refuse(address)


def test_a_cluster_that_is_being_made_is_nobodys_yet() -> None:
    with pytest.raises(
        CommandError, match="cluster efa-dev: has no certificate authority yet; it is CREATING"
    ):
        refuse(Address("http://train"), eks=Eks(authority=None))
