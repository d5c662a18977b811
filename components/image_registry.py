"""A registry for NCCL test images of your own; the public image is the default, so nobody needs one."""

import json
import re
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.nccl_image import IMAGE_NAME
from settings.image_registry import ImageRegistrySettings


@dataclass(frozen=True)
class ImageRegistryArgs:
    """What the repository is called and how much it keeps."""

    context: StackContext
    settings: ImageRegistrySettings


class ImageRegistry(pulumi.ComponentResource):
    """An ECR repository. Make none where `settings.enabled` is false."""

    repository_url: pulumi.Output[str]
    """Without a tag: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`."""

    def __init__(
        self, name: str, args: ImageRegistryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the repository and the policy that empties it again."""
        super().__init__("eks-efa:nccl:ImageRegistry", name, None, opts)
        options = pulumi.ResourceOptions(parent=self)
        repository = aws.ecr.Repository(
            f"{name}-repository",
            name=args.settings.name or repository_name(args.context.cluster_name),
            # A tag names the versions inside; moved, it would lie to whoever compares two runs.
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS")  # with AWS's own key
            ],
            # Images can be built again; they must not hold up `destroy`.
            force_delete=True,
            tags=args.context.tags,
            opts=options,
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=json.dumps(lifecycle_policy(args.settings.keep_images)),
            opts=options,
        )
        self.repository_url = repository.repository_url
        self.register_outputs({"repositoryUrl": self.repository_url})


def repository_name(cluster_name: str) -> str:
    """A name of its own for each cluster; ECR knows no capitals and no two separators in a row."""
    owner = re.sub(r"[^a-z0-9]+", "-", cluster_name.lower()).strip("-")
    return f"{owner}/{IMAGE_NAME}"


def lifecycle_policy(keep_images: int) -> dict[str, object]:
    """The policy document: untagged images go after a day, tagged ones when newer ones are enough."""
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": "What lost its tag, or never had one, is a build that failed",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
                "action": {"type": "expire"},
            },
            {
                "rulePriority": 2,
                "description": f"Keep the newest {keep_images}",
                "selection": {
                    "tagStatus": "tagged",
                    "tagPatternList": ["*"],
                    "countType": "imageCountMoreThan",
                    "countNumber": keep_images,
                },
                "action": {"type": "expire"},
            },
        ]
    }
