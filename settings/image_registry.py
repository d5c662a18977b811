"""`imageRegistry`: a repository for images built from `images/`."""

from typing import Annotated

from pydantic import Field

from settings.base import Branch

REPOSITORY_NAME = r"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$"
"""ECR API reference, CreateRepository."""

RepositoryName = Annotated[str, Field(pattern=REPOSITORY_NAME, examples=["train/cuda-efa-nccl-tests"])]


class ImageRegistrySettings(Branch):
    """An ECR repository. Its tags cannot be moved, and every image is scanned when it is pushed."""

    enabled: bool = False
    """Make it. The NCCL test's default image is public, so nothing needs this before you build one."""
    name: RepositoryName | None = None
    """Name of the repository. None: `<cluster name>/cuda-efa-nccl-tests`. Changing it makes a new one."""
    keep_images: int = Field(default=10, ge=1, le=1000)
    """How many of the newest tagged images are kept."""
