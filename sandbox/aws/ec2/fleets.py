"""CreateFleet of type `instant`, Karpenter's way to launch: the cheapest override that has room."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.utils import random_fleet_id

from sandbox.aws.ec2 import capacity, launches, launching
from sandbox.aws.ec2.filters import tags_for
from sandbox.aws.ec2.instance_types import describe
from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.errors import AwsError, dry_run
from sandbox.aws.prices.on_demand import on_demand_price, spot_price
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

PRIORITIZED = ("prioritized", "capacity-optimized-prioritized")


@dataclass(frozen=True)
class Pool:
    """One launch template with one override: a type in a zone, at a price per hour."""

    data: Mapping[str, Any]
    version: Any
    override: Mapping[str, Any]
    zone: str
    price: float

    @property
    def described(self) -> dict[str, Any]:
        """The pool as CreateFleet's answer names it."""
        specification = {"LaunchTemplateId": self.version.template.id, "Version": str(self.version.number)}
        overrides = {
            **self.override,
            "InstanceType": self.data["InstanceType"],
            "AvailabilityZone": self.zone,
        }
        return {"LaunchTemplateSpecification": specification, "Overrides": overrides}


@operation("ec2", "CreateFleet")
def create_fleet(world: World, parameters: Parameters) -> Answer:
    """Launch the wanted number from the first pools that have room.

    A pool that failed is among the errors, no other.
    """
    if parameters.get("Type") != "instant":
        raise AwsError("UnsupportedOperation", "The sandbox launches fleets of type instant only.")
    target = parameters["TargetCapacitySpecification"]
    capacity_type = str(target.get("DefaultTargetCapacityType") or "on-demand")
    pools = _best_first(_pools(world, parameters, capacity_type), parameters, capacity_type)
    if parameters.get("DryRun"):
        raise dry_run()
    missing = int(target["TotalTargetCapacity"])
    lifecycle = capacity_type if capacity_type in ("spot", "capacity-block") else "on-demand"
    launched: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for pool in pools:
        instances, error = _launch(world, pool, parameters, capacity_type, missing)
        missing -= len(instances)
        if instances:
            launched.append(
                {
                    "LaunchTemplateAndOverrides": pool.described,
                    "Lifecycle": lifecycle,
                    "InstanceIds": [instance.id for instance in instances],
                    "InstanceType": pool.data["InstanceType"],
                }
            )
        if error:
            errors.append({"LaunchTemplateAndOverrides": pool.described, "Lifecycle": lifecycle, **error})
        if missing == 0:
            break
    return {"FleetId": random_fleet_id(), "Instances": launched, "Errors": errors}


def _best_first(pools: Iterable[Pool], parameters: Parameters, capacity_type: str) -> list[Pool]:
    """By the caller's priorities where the strategy says so, by price otherwise."""
    options = parameters.get("SpotOptions" if capacity_type == "spot" else "OnDemandOptions") or {}
    if options.get("AllocationStrategy") in PRIORITIZED:
        return sorted(pools, key=lambda pool: float(pool.override.get("Priority", float("inf"))))
    return sorted(pools, key=lambda pool: pool.price)


def _launch(
    world: World, pool: Pool, parameters: Parameters, capacity_type: str, wanted: int
) -> tuple[list[LaunchedInstance], dict[str, str] | None]:
    instances: list[LaunchedInstance] = []
    data = {**pool.data, "TagSpecifications": _tag_specifications(pool.data, parameters)}
    try:
        for _ in range(wanted):
            # Anew for each: an open reservation that the one before has filled is not for the next.
            launch = launches.resolve(world, data, pool.version, capacity_type, pool.override.get("SubnetId"))
            capacity.check(world, launch)
            instances.append(launching.start(world, launch))
    except (AwsError, ServiceException) as error:
        return instances, {"ErrorCode": error.code, "ErrorMessage": error.message}
    return instances, None


def _pools(world: World, parameters: Parameters, capacity_type: str) -> Iterator[Pool]:
    for configuration in parameters["LaunchTemplateConfigs"]:
        data, version = launches.template_data(world, configuration.get("LaunchTemplateSpecification"))
        for override in configuration.get("Overrides") or [{}]:
            merged = {**data, **override}
            instance_type = str(merged.get("InstanceType") or "")
            describe(instance_type)
            zone = _zone(world, merged)
            price = (
                spot_price(instance_type, zone) if capacity_type == "spot" else on_demand_price(instance_type)
            )
            yield Pool(merged, version, override, zone, price)


def _zone(world: World, merged: Mapping[str, Any]) -> str:
    subnet_ids = [
        merged.get("SubnetId"),
        *(item.get("SubnetId") for item in merged.get("NetworkInterfaces") or []),
    ]
    for subnet_id in filter(None, subnet_ids):
        return str(world.ec2.get_subnet(subnet_id).availability_zone)
    if merged.get("AvailabilityZone"):
        return str(merged["AvailabilityZone"])
    raise AwsError("MissingInput", "No subnet was given, by override, network interface or launch template.")


def _tag_specifications(data: Mapping[str, Any], parameters: Parameters) -> list[dict[str, Any]]:
    """The template's tags with the fleet's own over them; an instant fleet tags what it launches."""
    merged = []
    for kind in launches.TAGGED:
        tags = tags_for(kind, data.get("TagSpecifications")) | tags_for(
            kind, parameters.get("TagSpecifications")
        )
        merged.append(
            {"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        )
    return merged
