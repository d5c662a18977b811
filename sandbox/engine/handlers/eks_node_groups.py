"""Managed node groups."""

from typing import Any

from sandbox.engine.errors import SandboxError, flat
from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import differ, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

GROUP_SECONDS = 1800
"""EKS gives up on a node group's instances after half an hour."""

ISSUE_SECONDS = 60
"""How long a group with a health issue is waited for. EKS would try for half an hour; in the sandbox what is
short stays short until somebody lifts the fault."""

_TAINT_KEYS = ("key", "effect")


class NodeGroup(Handler):
    """`aws:eks/nodeGroup:NodeGroup`. Its id is `cluster:group`."""

    replace_on = frozenset(
        {
            "amiType",
            "capacityType",
            "clusterName",
            "diskSize",
            "instanceTypes",
            "launchTemplate.id",
            "launchTemplate.name",
            "nodeGroupName",
            "nodeGroupNamePrefix",
            "nodeRoleArn",
            "remoteAccess",
            "subnetIds",
        }
    )
    identity = frozenset({"clusterName", "nodeGroupName"})
    named_anew = frozenset({"nodeGroupName"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A group, waited for until it is active: its nodes have joined."""
        group: str = inputs.get("nodeGroupName", name)
        cluster: str = inputs["clusterName"]
        world.eks.create_nodegroup(**_create_arguments(cluster, group, inputs))
        self._wait(world, cluster, group)
        return f"{cluster}:{group}", self._outputs(world, cluster, group, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Sizes, labels and taints at once; another template, version or release node by node."""
        cluster, _, group = id.partition(":")
        if differ(
            old_inputs, new_inputs, "scalingConfig", "labels", "taints", "updateConfig", "nodeRepairConfig"
        ):
            world.eks.update_nodegroup_config(
                clusterName=cluster, nodegroupName=group, **_config_changes(old_inputs, new_inputs)
            )
            self._wait(world, cluster, group)
        if differ(old_inputs, new_inputs, "launchTemplate", "version", "releaseVersion"):
            arguments: dict[str, Any] = {
                name: new_inputs[name]
                for name in ("launchTemplate", "version", "releaseVersion")
                if name in new_inputs and old_inputs.get(name) != new_inputs[name]
            }
            force = new_inputs.get("forceUpdateVersion", False)
            if arguments:
                world.eks.update_nodegroup_version(
                    clusterName=cluster, nodegroupName=group, force=force, **arguments
                )
                self._wait(world, cluster, group)
        outputs = self._outputs(world, cluster, group, new_inputs)
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.eks.untag_resource(resourceArn=outputs["arn"], tagKeys=removed)
        if changed:
            world.eks.tag_resource(resourceArn=outputs["arn"], tags=changed)
        return outputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With its instances; waited for until they are gone."""
        cluster, _, group = id.partition(":")
        with absent_is_fine():
            world.eks.delete_nodegroup(clusterName=cluster, nodegroupName=group)
        gone = "DELETED"
        world.wait(
            lambda: self._status(world, cluster, group) == gone,
            GROUP_SECONDS,
            lambda: f"node group {group} to be gone",
        )

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By cluster and name."""
        cluster, group = inputs["clusterName"], inputs.get("nodeGroupName", name)
        return None if self._status(world, cluster, group) == "DELETED" else f"{cluster}:{group}"

    def _status(self, world: World, cluster: str, group: str) -> str:
        with absent_is_fine():
            return str(_describe(world, cluster, group)["status"])
        return "DELETED"

    def _wait(self, world: World, cluster: str, group: str) -> None:
        """Until the group is active. With a health issue it may still become so, but not for long."""

        def settled() -> bool:
            return _is_active(_describe(world, cluster, group)) or bool(
                _issues(_describe(world, cluster, group))
            )

        def active() -> bool:
            return _is_active(_describe(world, cluster, group))

        world.wait(settled, GROUP_SECONDS, lambda: f"node group {group} to be active")
        world.wait(
            active,
            ISSUE_SECONDS,
            lambda: f"node group {group} to be active: {_issues(_describe(world, cluster, group))}",
        )

    def _outputs(self, world: World, cluster: str, group: str, inputs: Properties) -> Properties:
        described = _describe(world, cluster, group)
        resources = described.get("resources") or {}
        names = [{"name": scaling.get("name", "")} for scaling in resources.get("autoScalingGroups", [])]
        security_group = resources.get("remoteAccessSecurityGroup", "")
        return {
            "amiType": described.get("amiType", ""),
            "capacityType": described.get("capacityType", "ON_DEMAND"),
            "instanceTypes": described.get("instanceTypes", []),
            "releaseVersion": described.get("releaseVersion", ""),
            "version": described.get("version", ""),
            **inputs,
            "nodeGroupName": group,
            "arn": described["nodegroupArn"],
            "resources": [{"autoscalingGroups": names, "remoteAccessSecurityGroupId": security_group}],
            "status": described["status"],
            "tagsAll": tags_of(inputs),
        }


def _issues(described: Any) -> str:
    """What EKS says is wrong with a group; empty where nothing is."""
    issues = (described.get("health") or {}).get("issues", [])
    return "; ".join(f"{issue.get('code', '')}: {flat(issue.get('message', ''))}" for issue in issues)


def _is_active(described: Any) -> bool:
    """SandboxError where the group has failed for good."""
    if described["status"] in ("CREATE_FAILED", "DEGRADED"):
        raise SandboxError(described["nodegroupName"], f"{described['status']}: {_issues(described)}")
    return bool(described["status"] == "ACTIVE")


def _describe(world: World, cluster: str, group: str) -> Any:
    return world.eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]


def _create_arguments(cluster: str, group: str, inputs: Properties) -> dict[str, Any]:
    renamed = {"nodeRoleArn": "nodeRole", "subnetIds": "subnets"}
    names = (
        "amiType",
        "capacityType",
        "diskSize",
        "instanceTypes",
        "labels",
        "launchTemplate",
        "nodeRepairConfig",
        "nodeRoleArn",
        "releaseVersion",
        "scalingConfig",
        "subnetIds",
        "taints",
        "updateConfig",
        "version",
    )
    arguments = {renamed.get(name, name): inputs[name] for name in names if name in inputs}
    return {"clusterName": cluster, "nodegroupName": group, "tags": tags_of(inputs), **arguments}


def _config_changes(old: Properties, new: Properties) -> dict[str, Any]:
    """UpdateNodegroupConfig's arguments: sizes as they shall be, labels and taints as what comes and goes."""
    arguments: dict[str, Any] = {
        name: new[name]
        for name in ("scalingConfig", "updateConfig", "nodeRepairConfig")
        if name in new and old.get(name) != new[name]
    }
    before, after = old.get("labels", {}), new.get("labels", {})
    if before != after:
        arguments["labels"] = {
            "addOrUpdateLabels": {key: value for key, value in after.items() if before.get(key) != value},
            "removeLabels": sorted(before.keys() - after.keys()),
        }
    had, wanted = old.get("taints", []), new.get("taints", [])
    if had != wanted:
        kept = [{key: taint.get(key) for key in _TAINT_KEYS} for taint in wanted]
        arguments["taints"] = {
            "addOrUpdateTaints": [taint for taint in wanted if taint not in had],
            "removeTaints": [taint for taint in had if {k: taint.get(k) for k in _TAINT_KEYS} not in kept],
        }
    return arguments
