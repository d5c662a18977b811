"""Every module that answers calls. Importing this one registers them all."""

from sandbox.aws import machine_images, managed_policies, public_parameters
from sandbox.aws.ec2 import (
    capacity_blocks,
    capacity_reservations,
    dependencies,
    describe_instances,
    fleets,
    instance_types,
    launch_templates,
    placement_groups,
    run_instances,
    spot_prices,
    tags,
)
from sandbox.aws.eks import (
    access_entries,
    access_policies,
    addons,
    auto_scaling_groups,
    cluster_updates,
    cluster_versions,
    clusters,
    control_plane_logs,
    node_groups,
    pod_identity,
    resource_tags,
    updates,
)
from sandbox.aws.prices import price_list

ANSWERING = (
    access_entries, access_policies, addons, auto_scaling_groups, capacity_blocks, capacity_reservations,
    cluster_updates, cluster_versions, clusters, control_plane_logs, dependencies, describe_instances,
    fleets, instance_types, launch_templates, machine_images, managed_policies, node_groups,
    placement_groups, pod_identity, price_list, public_parameters, resource_tags, run_instances,
    spot_prices, tags, updates,
)  # fmt: skip
"""The modules, so that the imports are uses."""
