"""The ECR repository of a stack, as far as a push needs it."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.aws_errors import in_one_line
from cli.errors import CommandError
from cli.pulumi import stack_output
from cli.stacks import Stack

if TYPE_CHECKING:
    from types_boto3_ecr.client import ECRClient

OUTPUT = "imageRepository"
"""The stack output that holds the repository's address; there is none without a repository."""


@dataclass(frozen=True)
class Repository:
    """A repository, without a tag: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`."""

    url: str

    @property
    def registry(self) -> str:
        """Host of the registry."""
        return self.url.partition("/")[0]

    @property
    def name(self) -> str:
        """Name in the registry, which may have slashes of its own."""
        return self.url.partition("/")[2]


def repository_of(stack: Stack) -> Repository:
    """The repository that the stack has made; raises CommandError where it has none."""
    if stack.sandbox:
        cure = "choose a stack on AWS with --stack or STACK=..."
        raise CommandError(f"stack {stack.name}", "is a sandbox, which runs no image and keeps none", cure)
    url = stack_output(stack, OUTPUT)
    if url is None:
        enable = f"pulumi config set --path imageRegistry.enabled true -s {stack.name}"
        cure = f"run: {enable} && make up STACK={stack.name}"
        raise CommandError(f"stack {stack.name}", "has no image repository", cure)
    return Repository(url)


def ecr_client(stack: Stack) -> "ECRClient":
    """A client of ECR, with the region and the profile of the stack."""
    # Slow to import, and a push is rare.
    import boto3

    with in_one_line("ECR"):
        session = boto3.Session(profile_name=stack.file.profile, region_name=stack.region)
        return session.client("ecr")


def has_tag(ecr: "ECRClient", repository: Repository, tag: str) -> bool:
    """Whether an image with this tag is there already."""
    with in_one_line("ECR"):
        try:
            ecr.describe_images(repositoryName=repository.name, imageIds=[{"imageTag": tag}])
        except ecr.exceptions.ImageNotFoundException:
            return False
        return True


def log_in_as(ecr: "ECRClient") -> tuple[str, str]:
    """User and password for the registry, good for 12 hours."""
    with in_one_line("ECR"):
        token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    return user, password
