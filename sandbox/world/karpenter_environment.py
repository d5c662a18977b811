"""The environment of the Karpenter process: that of its container on EKS, but led to this machine."""

import base64
from collections.abc import Mapping
from typing import Any

from sandbox.environment import credentials, without_credentials
from sandbox.paths import SandboxPaths
from sandbox.world import kubeconfigs
from sandbox.world.aws_facts import AwsFacts
from sandbox.world.kubernetes import NODES, NOT_FOUND, Kubernetes, KubernetesError
from sandbox.world.pod_environment import container_environment

TOKEN_SECONDS = 365 * 24 * 3600
"""Longer than any sandbox lives, so that the token need not be renewed as kubelet does."""


class KarpenterEnvironment:
    """What the chart rendered, resolved, and what EKS adds: the service account's token and its AWS keys."""

    def __init__(self, paths: SandboxPaths, kubernetes: Kubernetes, region: str) -> None:
        """The kubeconfig with the token is kept at `paths.karpenter_kubeconfig`."""
        self._paths = paths
        self._kubernetes = kubernetes
        self._region = region

    def of(self, pod: Mapping[str, Any], container: Mapping[str, Any], facts: AwsFacts) -> dict[str, str]:
        """All of it but the ports. Raises WorldError where the chart refers to what is not there."""
        namespace = pod["metadata"]["namespace"]
        account = pod["spec"].get("serviceAccountName", "default")
        node = self._kubernetes.get(f"{NODES}/{pod['spec']['nodeName']}")
        rendered = container_environment(
            pod,
            container,
            node["status"]["allocatable"],
            lambda kind, name: self._data(namespace, kind, name),
        )
        self._write_kubeconfig(namespace, account)
        given = facts.gives_credentials(namespace, account)
        return {
            **rendered,
            **(credentials(self._region) if given else {}),
            # Last, so that no value of the chart can lead the process to a real account.
            **without_credentials(self._paths),
            "KUBECONFIG": str(self._paths.karpenter_kubeconfig),
            "DISABLE_LEADER_ELECTION": "true",
        }

    def _write_kubeconfig(self, namespace: str, account: str) -> None:
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        answer = self._kubernetes.create(path, {"spec": {"expirationSeconds": TOKEN_SECONDS}})
        admin = kubeconfigs.read(self._paths.kubeconfig)
        own = kubeconfigs.with_token(admin, answer["status"]["token"])
        kubeconfigs.write(self._paths.karpenter_kubeconfig, own)

    def _data(self, namespace: str, kind: str, name: str) -> Mapping[str, str] | None:
        try:
            found = self._kubernetes.get(f"/api/v1/namespaces/{namespace}/{kind.lower()}s/{name}")
        except KubernetesError as error:
            if error.status != NOT_FOUND:
                raise
            return None
        data: dict[str, str] = found.get("data", {})
        if kind == "secret":
            return {key: base64.b64decode(value).decode() for key, value in data.items()}
        return data
