"""Kubeconfigs of the sandbox: self-contained files, which may be copied to wherever a tool wants them."""

import base64
import os
from pathlib import Path
from typing import Any

import yaml


def embedded(kubeconfig: dict[str, Any]) -> dict[str, Any]:
    """The kubeconfig with the contents of the certificate files it names, in their place."""
    return {
        key: _embedded_list(value) if isinstance(value, list) else value for key, value in kubeconfig.items()
    }


def with_token(kubeconfig: dict[str, Any], token: str) -> dict[str, Any]:
    """The same cluster as its only user's kubeconfig names, seen with a bearer token instead."""
    user = {"name": kubeconfig["users"][0]["name"], "user": {"token": token}}
    return {**kubeconfig, "users": [user]}


def certificate_authority(kubeconfig: dict[str, Any]) -> str:
    """The CA of the first cluster, base64 as EKS's DescribeCluster has it."""
    return str(kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"])


def server(kubeconfig: dict[str, Any]) -> str:
    """URL of the first cluster's API server."""
    return str(kubeconfig["clusters"][0]["cluster"]["server"])


def read(path: Path) -> dict[str, Any]:
    """The document in a kubeconfig file."""
    document: dict[str, Any] = yaml.safe_load(path.read_text())
    return document


def write(path: Path, kubeconfig: dict[str, Any]) -> None:
    """Write it for its owner only, at once or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        yaml.safe_dump(kubeconfig, file)
    draft.replace(path)


def _embedded_list(items: list[Any]) -> list[Any]:
    return [
        {key: _embedded_fields(value) if isinstance(value, dict) else value for key, value in item.items()}
        for item in items
    ]


def _embedded_fields(fields: dict[str, Any]) -> dict[str, Any]:
    named = {"certificate-authority", "client-certificate", "client-key"}
    return {
        (f"{key}-data" if key in named else key): (
            base64.b64encode(Path(value).read_bytes()).decode() if key in named else value
        )
        for key, value in fields.items()
    }
