"""The calls about managed node groups, with the checks EKS makes before it takes one on."""

from typing import Any
from uuid import uuid4

from sandbox.aws.ec2 import launches
from sandbox.aws.eks import access_entries, changes, node_group_rules
from sandbox.aws.eks.node_group import NodeGroup
from sandbox.aws.eks.node_group_launch import BOUGHT_AS, GroupLaunch
from sandbox.aws.eks.roles import require_role
from sandbox.aws.eks.updates import succeeded
from sandbox.aws.errors import in_use, invalid, not_found
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

DEFAULT_TYPES = ["t3.medium"]
"""What EKS launches where neither the template nor the request names a type."""


@operation("eks", "CreateNodegroup")
def create_nodegroup(world: World, parameters: Parameters) -> Answer:
    """A new group, whose instances are launched at once if they can be had."""
    cluster, name = world.cluster(str(parameters["clusterName"])), str(parameters["nodegroupName"])
    if name in cluster.node_groups:
        raise in_use(f"NodeGroup already exists with name {name} and cluster name {cluster.name}")
    role = str(parameters["nodeRole"])
    require_role(world, role, "nodeRole")
    launch = _launch(world, parameters)
    version = str(parameters.get("version") or cluster.version)
    group_id = str(uuid4())
    group = NodeGroup(
        name=name,
        cluster_name=cluster.name,
        arn=f"{world.arn('eks')}:nodegroup/{cluster.name}/{name}/{group_id}",
        id=group_id,
        created=world.now(),
        modified=world.now(),
        node_role=role,
        launch=launch,
        scaling=changes.scaling(
            {"minSize": 1, "maxSize": 2, "desiredSize": 2}, parameters.get("scalingConfig")
        ),
        version=version,
        release_version="" if launch.ami_type == "CUSTOM" else launch.image(version).release_version,
        labels=dict(parameters.get("labels") or {}),
        taints=changes.valid_taints(parameters.get("taints") or []),
        update_config=dict(parameters.get("updateConfig") or {"maxUnavailable": 1}),
        tags=dict(parameters.get("tags") or {}),
    )
    access_entries.admit_nodes(world, cluster, role)
    cluster.node_groups[name] = group
    group.reconcile(world)
    return {"nodegroup": group.description(world)}


@operation("eks", "DescribeNodegroup")
def describe_nodegroup(world: World, parameters: Parameters) -> Answer:
    """One group."""
    return {"nodegroup": _find(world, parameters).description(world)}


@operation("eks", "ListNodegroups")
def list_nodegroups(world: World, parameters: Parameters) -> Answer:
    """Names of a cluster's groups, 100 to a page."""
    groups = world.cluster(str(parameters["clusterName"])).node_groups
    names, following = page(sorted(groups), parameters, 100, lower_case=True)
    return {"nodegroups": names, **following}


@operation("eks", "UpdateNodegroupConfig")
def update_nodegroup_config(world: World, parameters: Parameters) -> Answer:
    """Change size, labels, taints or pace of updates. Instances follow at once."""
    group = _find(world, parameters)
    scaling = changes.scaling(group.scaling, parameters.get("scalingConfig"))
    group.taints = changes.taints(group.taints, parameters.get("taints") or {})
    group.labels = changes.labels(group.labels, parameters.get("labels") or {})
    group.scaling = scaling
    group.update_config = dict(parameters.get("updateConfig") or group.update_config)
    group.modified = world.now()
    group.reconcile(world)
    given = {key: value for key, value in parameters.items() if key not in ("clusterName", "nodegroupName")}
    update = succeeded(world, world.cluster(group.cluster_name), "ConfigUpdate", given, of=group.name)
    return {"update": update}


@operation("eks", "UpdateNodegroupVersion")
def update_nodegroup_version(world: World, parameters: Parameters) -> Answer:
    """Go to another version of the launch template, image release or Kubernetes.

    Instances are replaced step by step.
    """
    group = _find(world, parameters)
    cluster = world.cluster(group.cluster_name)
    if group.launch.ami_type == "CUSTOM":
        node_group_rules.validate_image_choice(parameters)
    if parameters.get("launchTemplate"):
        _take_template(world, group, parameters["launchTemplate"])
    group.version = str(parameters.get("version") or cluster.version)
    if group.launch.ami_type != "CUSTOM":
        group.launch.release = node_group_rules.release(parameters.get("releaseVersion"))
        group.release_version = group.launch.image(group.version).release_version
    group.modified = world.now()
    group.reconcile(world)
    return {"update": succeeded(world, cluster, "VersionUpdate", {"version": group.version}, of=group.name)}


@operation("eks", "DeleteNodegroup")
def delete_nodegroup(world: World, parameters: Parameters) -> Answer:
    """End the group's instances and remove it."""
    group = _find(world, parameters)
    group.terminate_all(world)
    del world.cluster(group.cluster_name).node_groups[group.name]
    return {"nodegroup": {**group.description(world), "status": "DELETING"}}


def _find(world: World, parameters: Parameters) -> NodeGroup:
    name = str(parameters["nodegroupName"])
    groups = world.cluster(str(parameters["clusterName"])).node_groups
    if name not in groups:
        raise not_found(f"No node group found for name: {name}.")
    return groups[name]


def _take_template(world: World, group: NodeGroup, wanted: dict[str, str]) -> None:
    """Another version of the group's own template, which holds an image if the one before did."""
    launch = group.launch
    if launch.template is None:
        raise invalid("Nodegroup without a launch template cannot be updated to use one")
    template, data = _template(world, wanted)
    if template["id"] != launch.template["id"]:
        raise invalid(f"Nodegroup {group.name} was created with another launch template, which it must keep")
    node_group_rules.validate_template(data, launch.capacity_type)
    node_group_rules.validate_types(data, None if launch.types_from_template else launch.instance_types)
    if bool(data.get("ImageId")) != (launch.ami_type == "CUSTOM"):
        raise invalid(
            "You must create a new node group to switch between specifying an image id in your launch"
            " template and not specifying one."
        )
    launch.template = template
    if launch.types_from_template:
        launch.instance_types = [str(data["InstanceType"])] if data.get("InstanceType") else DEFAULT_TYPES


def _launch(world: World, parameters: Parameters) -> GroupLaunch:
    capacity_type = str(parameters.get("capacityType") or "ON_DEMAND")
    if capacity_type not in BOUGHT_AS:
        raise invalid(f"capacityType {capacity_type} is not one of {', '.join(BOUGHT_AS)}")
    template: dict[str, str] | None = None
    data: dict[str, Any] = {}
    if parameters.get("launchTemplate"):
        template, data = _template(world, parameters["launchTemplate"])
        node_group_rules.validate_beside_template(data, parameters)
        node_group_rules.validate_template(data, capacity_type)
    subnets = [str(subnet_id) for subnet_id in parameters["subnets"]]
    for subnet_id in subnets:
        world.ec2.get_subnet(subnet_id)
    from_template = bool(data.get("InstanceType"))
    types = (
        [data["InstanceType"]] if from_template else list(parameters.get("instanceTypes") or DEFAULT_TYPES)
    )
    ami_type = "CUSTOM" if data.get("ImageId") else str(parameters.get("amiType") or "AL2023_x86_64_STANDARD")
    node_group_rules.validate_ami_type(ami_type, types)
    release = node_group_rules.release(parameters.get("releaseVersion"))
    disk = int(parameters.get("diskSize") or 20)
    return GroupLaunch(subnets, types, from_template, ami_type, capacity_type, disk, template, release)


def _template(world: World, wanted: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What a group keeps of the template version that a call names, and the version's data."""
    specification = {"LaunchTemplateId": wanted.get("id"), "LaunchTemplateName": wanted.get("name")}
    data, version = launches.template_data(
        world, {**specification, "Version": wanted.get("version") or "$Default"}
    )
    kept = {"id": version.template.id, "name": version.template.name, "version": str(version.number)}
    return kept, data
