"""A picture of the whole emulated account: networks, instances, roles, queues, rules, logs.

Times are left out, and what follows from something else that is in the picture.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sandbox.stranger.account import Account
from sandbox.stranger.eks_picture import eks_things
from sandbox.stranger.pictures import Picture, Thing

EC2_THINGS = {
    "VPC": ("describe_vpcs", "Vpcs", "VpcId"),
    "subnet": ("describe_subnets", "Subnets", "SubnetId"),
    "internet gateway": ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    "NAT gateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
    "address": ("describe_addresses", "Addresses", "AllocationId"),
    "route table": ("describe_route_tables", "RouteTables", "RouteTableId"),
    "VPC endpoint": ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "security group": ("describe_security_groups", "SecurityGroups", "GroupId"),
    "security group rule": ("describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    "network interface": ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    "volume": ("describe_volumes", "Volumes", "VolumeId"),
    "launch template": ("describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    "placement group": ("describe_placement_groups", "PlacementGroups", "GroupId"),
}
"""By kind: the call, where its answer has them, and what each is known by."""

DERIVED = frozenset(
    {
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "AvailableIpAddressCount",
        "CreatedTimestamp",
        "IpPermissions",  # the rules, which are things of their own
        "IpPermissionsEgress",
        "LastModifiedTimestamp",
        "ResponseMetadata",
        "creationTime",
        "storedBytes",
    }
)
"""Fields that say when, or how much of something there is now."""


def aws_picture(account: Account) -> Picture:
    """What there is of everything."""
    readers: tuple[Callable[[Account], Iterator[Thing]], ...] = (
        _ec2_things,
        _instances,
        _roles,
        _policies,
        _queues,
        _rules,
        _log_groups,
        eks_things,
    )
    return {name: plain(described) for reader in readers for name, described in reader(account)}


def plain(value: Any) -> Any:
    """What AWS says as JSON values: without times and what is derived, tags as a map."""
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if key not in DERIVED}
        return {
            key: {tag["Key"]: tag["Value"] for tag in part} if key == "Tags" else plain(part)
            for key, part in kept.items()
            if not isinstance(part, datetime)
        }
    return [plain(item) for item in value] if isinstance(value, list) else value


def _ec2_things(account: Account) -> Iterator[Thing]:
    for kind, (call, key, id) in EC2_THINGS.items():
        for page in _pages(account.ec2, call):
            yield from ((f"{kind} {thing[id]}", thing) for thing in page[key] if _is_there(thing))


def _is_there(thing: Any) -> bool:
    """EC2 shows some things for a while after they are gone."""
    return thing.get("State") not in ("deleted", "deleting")


def _instances(account: Account) -> Iterator[Thing]:
    alive = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}
    for page in _pages(account.ec2, "describe_instances", Filters=[alive]):
        for reservation in page["Reservations"]:
            yield from ((f"instance {each['InstanceId']}", each) for each in reservation["Instances"])


def _roles(account: Account) -> Iterator[Thing]:
    iam = account.iam
    for page in _pages(iam, "list_roles"):
        for listed in page["Roles"]:
            name = listed["RoleName"]
            attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
            yield (
                f"role {name}",
                {
                    **iam.get_role(RoleName=name)["Role"],
                    "attached": sorted(policy.get("PolicyArn", "") for policy in attached),
                    "inline": {
                        each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
                        for each in inline
                    },
                },
            )


def _policies(account: Account) -> Iterator[Thing]:
    iam = account.iam
    for page in _pages(iam, "list_policies", Scope="Local"):
        yield from ((f"policy {policy['PolicyName']}", policy) for policy in page["Policies"])
    for page in _pages(iam, "list_instance_profiles"):
        yield from (
            (f"instance profile {each['InstanceProfileName']}", each) for each in page["InstanceProfiles"]
        )
    for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        yield f"OIDC provider {provider['Arn']}", provider


def _queues(account: Account) -> Iterator[Thing]:
    for page in _pages(account.sqs, "list_queues"):
        for url in page.get("QueueUrls", []):
            attributes = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            yield f"queue {url.rpartition('/')[2]}", attributes.get("Attributes", {})


def _rules(account: Account) -> Iterator[Thing]:
    for rule in account.events.list_rules()["Rules"]:
        name = rule["Name"]
        targets = account.events.list_targets_by_rule(Rule=name)["Targets"]
        yield f"event rule {name}", {**rule, "targets": targets}


def _log_groups(account: Account) -> Iterator[Thing]:
    for page in _pages(account.logs, "describe_log_groups"):
        yield from ((f"log group {each['logGroupName']}", each) for each in page["logGroups"])


def _pages(client: Any, call: str, **arguments: Any) -> Iterator[Any]:
    """All pages of a list; the only one where the call has none."""
    if client.can_paginate(call):
        yield from client.get_paginator(call).paginate(**arguments)
    else:
        yield getattr(client, call)(**arguments)
