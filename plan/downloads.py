"""What the program downloads, in a plan: as it is in the cache, or a placeholder that says what it would be.

A plan reads no network. What others publish is pinned by its checksum, so that the placeholder says as much
of it as the program does. The download belongs to the program: it is found by name, in any revision of it.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

import yaml

from knowledge.manifest_cache import read_cached

DOWNLOAD = "read_manifest"
"""The program's function from a published manifest to its text."""

MODULES = ("components.manifest_download", "components.stack_plan")
"""Where it is, and who has taken it from there by its name."""


class Published(Protocol):
    """A file of Kubernetes objects that somebody else publishes, as the program pins it."""

    @property
    def url(self) -> str:
        """Where it is downloaded from."""
        ...

    @property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal."""
        ...


@contextmanager
def without_downloads(program: Path, assume: Callable[[str], None]) -> Iterator[None]:
    """Answer in the place of the program's downloads; `assume` is told of each that is not in the cache."""

    def read(published: Published) -> str:
        content = read_cached(published.sha256)
        if content is not None:
            return content.decode()
        assume(f"{published.url}, which is not in the cache here, has the sha256 {published.sha256}")
        return placeholder(published)

    with ExitStack() as patches:
        sys.path.insert(0, str(program))  # where the program itself will import from
        for name in MODULES:
            if (program / Path(*name.split("."))).with_suffix(".py").exists():
                module = import_module(name)
                if hasattr(module, DOWNLOAD):
                    patches.enter_context(patch.object(module, DOWNLOAD, read))
        yield


def placeholder(published: Published) -> str:
    """One object in the place of all that are in the manifest."""
    name = published.url.rpartition("/")[2].removesuffix(".yaml")
    return yaml.safe_dump(
        {
            "apiVersion": "placeholder.eks-efa/v1",
            "kind": "DownloadedManifest",
            "metadata": {"name": name},
            "spec": {"url": published.url, "sha256": published.sha256},
        }
    )
