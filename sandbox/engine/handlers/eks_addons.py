"""EKS addons."""

from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

ADDON_SECONDS = 600
"""An addon's pods may have to wait for nodes."""


class Addon(Handler):
    """`aws:eks/addon:Addon`. Its id is `cluster:addon`."""

    replace_on = frozenset({"clusterName", "addonName"})
    identity = frozenset({"clusterName", "addonName"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An addon, waited for until it is active."""
        arguments = _arguments(inputs)
        if "resolveConflictsOnCreate" in inputs:
            arguments["resolveConflicts"] = inputs["resolveConflictsOnCreate"]
        world.eks.create_addon(**arguments, tags=tags_of(inputs))
        self._wait(world, inputs)
        return f"{inputs['clusterName']}:{inputs['addonName']}", self._outputs(world, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Version, configuration, roles and tags."""
        arguments = _arguments(new_inputs)
        if "resolveConflictsOnUpdate" in new_inputs:
            arguments["resolveConflicts"] = new_inputs["resolveConflictsOnUpdate"]
        world.eks.update_addon(**arguments)
        self._wait(world, new_inputs)
        arn = self._describe(world, new_inputs)["addonArn"]
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.eks.untag_resource(resourceArn=arn, tagKeys=removed)
        if changed:
            world.eks.tag_resource(resourceArn=arn, tags=changed)
        return self._outputs(world, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With what it runs, unless the program says to keep that."""
        with absent_is_fine():
            world.eks.delete_addon(
                clusterName=inputs["clusterName"],
                addonName=inputs["addonName"],
                preserve=inputs.get("preserve", False),
            )
        world.wait(
            lambda: self.find(world, "", inputs) is None, ADDON_SECONDS, lambda: f"addon {id} to be gone"
        )

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By cluster and name."""
        with absent_is_fine():
            self._describe(world, inputs)
            return f"{inputs['clusterName']}:{inputs['addonName']}"
        return None

    def _describe(self, world: World, inputs: Properties) -> Any:
        cluster, addon = inputs["clusterName"], inputs["addonName"]
        return world.eks.describe_addon(clusterName=cluster, addonName=addon)["addon"]

    def _wait(self, world: World, inputs: Properties) -> None:
        def active() -> bool:
            addon = self._describe(world, inputs)
            if addon["status"] in ("CREATE_FAILED", "UPDATE_FAILED"):
                issues = [issue.get("message", "") for issue in addon.get("health", {}).get("issues", [])]
                raise SandboxError(inputs["addonName"], f"{addon['status']} {' '.join(issues)}".strip())
            return bool(addon["status"] == "ACTIVE")

        world.wait(active, ADDON_SECONDS, lambda: f"addon {inputs['addonName']} to be active")

    def _outputs(self, world: World, inputs: Properties) -> Properties:
        addon = self._describe(world, inputs)
        return {
            **inputs,
            "addonVersion": addon["addonVersion"],
            "arn": addon["addonArn"],
            "createdAt": addon["createdAt"].isoformat(),
            "modifiedAt": addon["modifiedAt"].isoformat(),
            "tagsAll": tags_of(inputs),
        }


def _arguments(inputs: Properties) -> dict[str, Any]:
    names = (
        "clusterName",
        "addonName",
        "addonVersion",
        "configurationValues",
        "podIdentityAssociations",
        "serviceAccountRoleArn",
    )
    return {name: inputs[name] for name in names if name in inputs}
