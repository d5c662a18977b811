"""Provider functions that the sandbox answers. A new one is written in its service's file and named here."""

from collections.abc import Mapping

from sandbox.engine.functions.account import (
    get_availability_zones,
    get_caller_identity,
    get_partition,
    get_region,
    get_session_context,
)
from sandbox.engine.functions.clusters import (
    get_access_entry,
    get_addon,
    get_cluster,
    get_node_group,
    get_node_groups,
)
from sandbox.engine.functions.instance_types import (
    get_instance_type,
    get_instance_type_offerings,
    get_instance_types,
)
from sandbox.engine.functions.launch_templates import get_launch_template
from sandbox.engine.functions.named import (
    get_capacity_block_reservation,
    get_default_kms_key,
    get_key_pair,
)
from sandbox.engine.functions.published import get_addon_version, get_parameter
from sandbox.engine.functions.route_tables import get_route_table
from sandbox.engine.functions.vpcs import get_security_group, get_subnet, get_subnets, get_vpc
from sandbox.engine.lookups import Function

FUNCTIONS: Mapping[str, Function] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": get_availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getPartition:getPartition": get_partition,
    "aws:index/getRegion:getRegion": get_region,
    "aws:ebs/getDefaultKmsKey:getDefaultKmsKey": get_default_kms_key,
    "aws:ec2/getCapacityBlockReservation:getCapacityBlockReservation": get_capacity_block_reservation,
    "aws:ec2/getInstanceType:getInstanceType": get_instance_type,
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": get_instance_type_offerings,
    "aws:ec2/getInstanceTypes:getInstanceTypes": get_instance_types,
    "aws:ec2/getKeyPair:getKeyPair": get_key_pair,
    "aws:ec2/getLaunchTemplate:getLaunchTemplate": get_launch_template,
    "aws:ec2/getRouteTable:getRouteTable": get_route_table,
    "aws:ec2/getSecurityGroup:getSecurityGroup": get_security_group,
    "aws:ec2/getSubnet:getSubnet": get_subnet,
    "aws:ec2/getSubnets:getSubnets": get_subnets,
    "aws:ec2/getVpc:getVpc": get_vpc,
    "aws:eks/getAccessEntry:getAccessEntry": get_access_entry,
    "aws:eks/getAddon:getAddon": get_addon,
    "aws:eks/getAddonVersion:getAddonVersion": get_addon_version,
    "aws:eks/getCluster:getCluster": get_cluster,
    "aws:eks/getNodeGroup:getNodeGroup": get_node_group,
    "aws:eks/getNodeGroups:getNodeGroups": get_node_groups,
    "aws:iam/getSessionContext:getSessionContext": get_session_context,
    "aws:ssm/getParameter:getParameter": get_parameter,
}
"""By token."""
