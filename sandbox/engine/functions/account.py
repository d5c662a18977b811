"""Functions about the account and the region."""

from typing import Any

from sandbox.engine.functions.filters import ec2_filters
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def get_partition(world: World, arguments: Properties) -> Properties:
    """`aws:index/getPartition:getPartition`."""
    partition = world.partition
    suffix = "amazonaws.com"
    return {
        "id": partition,
        "partition": partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def get_region(world: World, arguments: Properties) -> Properties:
    """`aws:index/getRegion:getRegion`."""
    region = arguments.get("region") or arguments.get("name") or world.region
    endpoint = f"ec2.{region}.amazonaws.com"
    return {"id": region, "name": region, "region": region, "description": region, "endpoint": endpoint}


def get_caller_identity(world: World, arguments: Properties) -> Properties:
    """`aws:index/getCallerIdentity:getCallerIdentity`."""
    identity = world.sts.get_caller_identity()
    account, arn = identity["Account"], identity["Arn"]
    if ":user/" in arn:  # which moto counts among STS's, and AWS among IAM's
        arn = arn.replace(":sts:", ":iam:")
    return {"id": account, "accountId": account, "arn": arn, "userId": identity["UserId"]}


def get_session_context(world: World, arguments: Properties) -> Properties:
    """`aws:iam/getSessionContext:getSessionContext`; whatever is no session stands for itself."""
    arn = arguments["arn"]
    if ":assumed-role/" not in arn:
        return {**arguments, "id": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
    _, name, session = arn.split("/", 2)
    role = world.iam.get_role(RoleName=name)["Role"]
    return {
        **arguments,
        "id": arn,
        "issuerArn": role["Arn"],
        "issuerId": role["RoleId"],
        "issuerName": name,
        "sessionName": session,
    }


def get_availability_zones(world: World, arguments: Properties) -> Properties:
    """`aws:index/getAvailabilityZones:getAvailabilityZones`, in the order of their names."""
    call: dict[str, Any] = {"Filters": ec2_filters(arguments)}
    if "state" in arguments:
        call["Filters"].append({"Name": "state", "Values": [arguments["state"]]})
    if arguments.get("allAvailabilityZones"):
        call["AllAvailabilityZones"] = True
    excluded = {*arguments.get("excludeNames", []), *arguments.get("excludeZoneIds", [])}
    zones = sorted(
        world.ec2.describe_availability_zones(**call)["AvailabilityZones"], key=lambda zone: zone["ZoneName"]
    )
    kept = [zone for zone in zones if excluded.isdisjoint({zone["ZoneName"], zone["ZoneId"]})]
    return {
        **arguments,
        "id": world.region,
        "region": world.region,
        "names": [zone["ZoneName"] for zone in kept],
        "zoneIds": [zone["ZoneId"] for zone in kept],
        "groupNames": sorted({zone.get("GroupName", world.region) for zone in kept}),
    }
