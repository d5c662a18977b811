"""`image`: build the image of the NCCL test, and push it to the repository of a stack."""

import subprocess
from collections.abc import Sequence

import typer

from cli import options
from cli.console import output, tell
from cli.image import Builder, image_tag, read_versions
from cli.image_registry import ecr_client, has_tag, log_in_as, repository_of
from cli.stacks import find_stack
from knowledge.nccl_image import IMAGE_NAME

image = typer.Typer(no_args_is_help=True, help="Build and push the image of the NCCL test.")


@image.command()
def build() -> None:
    """Build it on this machine, with docker or finch, from images/cuda-efa-nccl-tests/versions.env."""
    tell(f"built {_built(Builder.find())}")


@image.command()
def push(stack: options.Stack = "sandbox") -> None:
    """Push it to the stack's repository, built first if it is not there. A tag that is there stays."""
    found = find_stack(stack)
    repository = repository_of(found)
    builder, ecr = Builder.find(), ecr_client(found)
    tag = image_tag(read_versions())
    remote = f"{repository.url}:{tag}"
    if has_tag(ecr, repository, tag):
        tell("this image is there already, and its tag cannot be moved")
    else:
        local = f"{IMAGE_NAME}:{tag}"
        if subprocess.run(builder.inspect(local), capture_output=True, check=False).returncode:
            _built(builder)
        user, password = log_in_as(ecr)
        _run(builder.log_in(repository.registry, user), password)
        _run(builder.tag(local, remote))
        _run(builder.push(remote))
    tell(f"to test with it: pulumi config set --path nccl.image {remote} -s {found.name}")
    output.print(remote, soft_wrap=True)


def _built(builder: Builder) -> str:
    versions = read_versions()
    name = f"{IMAGE_NAME}:{image_tag(versions)}"
    _run(builder.build(name, versions))
    return name


def _run(command: Sequence[str], given: str | None = None) -> None:
    """Run a command on this terminal; its exit code becomes ours."""
    code = subprocess.run(command, input=given, text=True, check=False).returncode
    if code:
        raise typer.Exit(code)
