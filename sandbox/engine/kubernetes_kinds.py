"""Kinds and objects of Kubernetes, apart from the client: that takes a tenth of a second to import."""

from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]
"""An object as the API server has it."""


@dataclass(frozen=True)
class Kind:
    """A kind as the API server lists it."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None, name: str | None = None) -> str:
        """URL path of an object, or of the collection where `name` is None."""
        root = "api" if "/" not in self.api_version else "apis"
        within = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"/{root}/{self.api_version}{within}/{self.plural}" + (f"/{name}" if name else "")
