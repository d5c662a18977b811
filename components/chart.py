"""A Helm release of a chart that a repository publishes over HTTPS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes


@dataclass(frozen=True)
class Chart:
    """A chart at one version."""

    repository: str
    """URL of the repository."""
    name: str
    version: str

    def release(
        self,
        resource_name: str,
        *,
        namespace: str,
        opts: pulumi.ResourceOptions,
        name: str | None = None,
        values: Mapping[str, Any] | None = None,
        timeout_seconds: int | None = None,
        pods_come_with_nodes: bool = False,
    ) -> kubernetes.helm.v3.Release:
        """Install it, by the chart's own `name` unless another is given.

        Where `pods_come_with_nodes`, nothing waits for them: GPU nodes come and go, and one that boots would
        hold the release up.
        """
        return kubernetes.helm.v3.Release(
            resource_name,
            name=name or self.name,
            chart=self.name,
            repository_opts=kubernetes.helm.v3.RepositoryOptsArgs(repo=self.repository),
            version=self.version,
            namespace=namespace,
            values=values,
            timeout=timeout_seconds,
            skip_await=True if pods_come_with_nodes else None,
            opts=opts,
        )
