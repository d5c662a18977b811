"""ECR repositories and what empties them again."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import differ, tag_changes, tag_list, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class Repository(Handler):
    """`aws:ecr/repository:Repository`. Its id is its name."""

    replace_on = frozenset({"name", "encryptionConfigurations"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An empty repository."""
        id: str = inputs.get("name", name)
        encryption: Any = (inputs.get("encryptionConfigurations") or [{"encryptionType": "AES256"}])[0]
        tags: Any = tag_list(tags_of(inputs))
        world.ecr.create_repository(
            repositoryName=id,
            imageTagMutability=_mutability(inputs),
            imageScanningConfiguration=_scanning(inputs),
            encryptionConfiguration=encryption,
            tags=tags,
        )
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Whether tags move, whether images are scanned, and the repository's own tags."""
        if differ(old_inputs, new_inputs, "imageTagMutability"):
            world.ecr.put_image_tag_mutability(repositoryName=id, imageTagMutability=_mutability(new_inputs))
        if differ(old_inputs, new_inputs, "imageScanningConfiguration"):
            world.ecr.put_image_scanning_configuration(
                repositoryName=id, imageScanningConfiguration=_scanning(new_inputs)
            )
        arn = world.arn("ecr", f"repository/{id}")
        removed, changed = tag_changes(old_inputs, new_inputs)
        tags: Any = tag_list(changed)
        if removed:
            world.ecr.untag_resource(resourceArn=arn, tagKeys=removed)
        if tags:
            world.ecr.tag_resource(resourceArn=arn, tags=tags)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With its images, if the program says so."""
        with absent_is_fine():
            world.ecr.delete_repository(repositoryName=id, force=bool(inputs.get("forceDelete")))

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name."""
        wanted: str = inputs.get("name", name)
        with absent_is_fine():
            world.ecr.describe_repositories(repositoryNames=[wanted])
            return wanted
        return None

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        return {
            **inputs,
            "name": id,
            "arn": world.arn("ecr", f"repository/{id}"),
            "registryId": world.account,
            "repositoryUrl": f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/{id}",
            "tagsAll": tags_of(inputs),
        }


def _mutability(inputs: Properties) -> Any:
    return inputs.get("imageTagMutability", "MUTABLE")


def _scanning(inputs: Properties) -> Any:
    return {"scanOnPush": bool((inputs.get("imageScanningConfiguration") or {}).get("scanOnPush"))}


class LifecyclePolicy(Handler):
    """`aws:ecr/lifecyclePolicy:LifecyclePolicy`. Its id is the repository's name."""

    replace_on = frozenset({"repository"})
    identity = frozenset({"repository"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Put it on the repository."""
        id: str = inputs["repository"]
        return id, self.update(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another document."""
        world.ecr.put_lifecycle_policy(repositoryName=id, lifecyclePolicyText=new_inputs["policy"])
        return {**new_inputs, "registryId": world.account}

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The repository then keeps everything."""
        with absent_is_fine():
            world.ecr.delete_lifecycle_policy(repositoryName=id)
