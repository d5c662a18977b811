"""Which cluster a verb talks to, and how: lightkube on a kubeconfig, with errors a user can act on."""

import os
from pathlib import Path

import httpx2
from httpx2 import Timeout
from lightkube import Client
from lightkube.config import client_adapter
from lightkube.core.client import LabelSelector
from lightkube.generic_resource import Generic, GenericGlobalResource, create_global_resource
from lightkube.models.core_v1 import Event as EventModel
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Event, Node, Pod

from cli.errors import CommandError
from cli.kubeconfig import open_client
from knowledge.kubeconfig import update_kubeconfig
from knowledge.nccl_job import NAMESPACE as NCCL_NAMESPACE
from settings.guard import is_loopback

NodeClaim = create_global_resource("karpenter.sh", "v1", "NodeClaim", "nodeclaims")
NodePool = create_global_resource("karpenter.sh", "v1", "NodePool", "nodepools")

KARPENTER_SELECTOR: LabelSelector = {"app.kubernetes.io/name": "karpenter"}
"""Label that Karpenter's chart puts on its Deployment and pods."""

NOT_FOUND = 404

ANSWER_WITHIN = Timeout(30.0, connect=10.0)
"""Seconds that the API server may take: while 100 nodes join at once it answers late, which is no fault."""

FIELD_MANAGER = "eks-efa"
"""Owner, in server-side apply, of the fields that the scale verbs set."""


class Cluster:
    """The few reads that the verbs share; writes go through `client`."""

    def __init__(self, kubeconfig: Path, client: Client, nccl_namespace: str = NCCL_NAMESPACE) -> None:
        """Keep the client and where its kubeconfig came from, and where the stack's NCCL test is."""
        self.kubeconfig = kubeconfig
        self.client = client
        self.nccl_namespace = nccl_namespace

    def nodes(self) -> list[Node]:
        """Every node."""
        return list(self.client.list(Node))

    def pods(self, namespace: str = "*") -> list[Pod]:
        """Pods of one namespace, or of all."""
        return list(self.client.list(Pod, namespace=namespace))

    def events(self, namespace: str = "*") -> list[EventModel]:
        """Events of one namespace, or of all."""
        return list(self.client.list(Event, namespace=namespace))

    def node_claims(self) -> list[Generic]:
        """Karpenter's NodeClaims; none where Karpenter's definitions are not installed."""
        return self._list_if_defined(NodeClaim)

    def node_pools(self) -> list[Generic]:
        """Karpenter's NodePools; none where Karpenter's definitions are not installed."""
        return self._list_if_defined(NodePool)

    def karpenter_deployment(self) -> Deployment | None:
        """Deployment of Karpenter's chart, in whatever namespace; None where it is not installed."""
        return next(iter(self.client.list(Deployment, namespace="*", labels=KARPENTER_SELECTOR)), None)

    def karpenter_pods(self) -> list[Pod]:
        """Pods of Karpenter's Deployment."""
        return list(self.client.list(Pod, namespace="*", labels=KARPENTER_SELECTOR))

    def server_version(self) -> str:
        """Version of the API server, such as `v1.35.4`. It is no resource, so it is asked for over HTTP."""
        with self.http() as http:
            version: dict[str, str] = http.get("/version").raise_for_status().json()
        return version["gitVersion"]

    def http(self, timeout: Timeout = ANSWER_WITHIN) -> httpx2.Client:
        """A client of the API server for what is no resource, or is too long to be read whole."""
        config = self.client.config
        trusting = not is_loopback(config.cluster.server)
        return client_adapter.Client(config, client_adapter.ConnectionParams(timeout, trust_env=trusting))

    def _list_if_defined(self, resource: type[GenericGlobalResource]) -> list[Generic]:
        try:
            return list(self.client.list(resource))
        except httpx2.HTTPStatusError as error:
            # An ApiError where the kind is missing from its group; where the whole group is, the server
            # answers with plain text, of which lightkube makes no ApiError.
            if error.response.status_code == NOT_FOUND:
                return []
            raise


def default_kubeconfig() -> Path:
    """`$KUBECONFIG` (the first file of it), or `~/.kube/config`."""
    configured = os.environ.get("KUBECONFIG", "").split(os.pathsep)[0]
    return Path(configured) if configured else Path.home() / ".kube" / "config"


def connect(
    kubeconfig: Path, nccl_namespace: str = NCCL_NAMESPACE, written_by: str = update_kubeconfig()
) -> Cluster:
    """Open the cluster of a kubeconfig's current context; `written_by` is the command that writes it."""
    if not kubeconfig.is_file():
        cure = f"name one with --kubeconfig, or write it with: {written_by}"
        raise CommandError(str(kubeconfig), "no such kubeconfig", cure)
    client = open_client(
        kubeconfig, field_manager=FIELD_MANAGER, timeout=ANSWER_WITHIN, written_by=written_by
    )
    return Cluster(kubeconfig, client, nccl_namespace)
