"""The image of the NCCL test: what it is called, and how docker or finch is asked to build and push it."""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError
from knowledge.nccl_image import IMAGE_NAME
from sandbox.paths import REPOSITORY

FOLDER = REPOSITORY / "images" / IMAGE_NAME

PLATFORM = "linux/amd64"
"""Of every GPU type with EFA but the Grace ones; also where the image is built on a Mac."""

TOOLS = ("docker", "finch")
"""Both take the same words; the first that is there is used."""


def read_versions(file: Path = FOLDER / "versions.env") -> dict[str, str]:
    """The arguments of the Dockerfile, by name."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    pairs = (line.partition("=") for line in lines)
    return {name: " ".join(shlex.split(value)) for name, _, value in pairs}


def image_tag(versions: Mapping[str, str]) -> str:
    """The versions in one word, as the tag of AWS's public image has them."""
    parts = {
        "cuda": "CUDA_VERSION",
        "efa": "EFA_INSTALLER_VERSION",
        "ofi": "AWS_OFI_NCCL_VERSION",
        "nccl": "NCCL_VERSION",
        "tests": "NCCL_TESTS_VERSION",
    }
    return "-".join(f"{part}{versions[name]}" for part, name in parts.items())


@dataclass(frozen=True)
class Builder:
    """A program that builds images: docker, or one that takes its words."""

    program: str

    @classmethod
    def find(cls) -> "Builder":
        """The one on this machine; raises CommandError where there is none."""
        found = next((path for path in map(shutil.which, TOOLS) if path), None)
        if found is None:
            cure = "install https://docs.docker.com/engine/install or https://runfinch.com"
            raise CommandError("image", f"neither {' nor '.join(TOOLS)} is on PATH", cure)
        return cls(found)

    def build(self, image: str, versions: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
        """Command that builds `image` from the folder's Dockerfile."""
        arguments = [word for pair in versions.items() for word in ("--build-arg", "=".join(pair))]
        return [self.program, "build", "--platform", PLATFORM, *arguments, "--tag", image, str(folder)]

    def inspect(self, image: str) -> list[str]:
        """Command that fails where this machine has no such image."""
        return [self.program, "image", "inspect", image]

    def log_in(self, registry: str, user: str) -> list[str]:
        """Command that takes the password on standard input."""
        return [self.program, "login", "--username", user, "--password-stdin", registry]

    def tag(self, image: str, other: str) -> list[str]:
        """Command that gives an image another name."""
        return [self.program, "tag", image, other]

    def push(self, image: str) -> list[str]:
        """Command that sends an image to the registry in its name."""
        return [self.program, "push", image]
