"""The few calls of EC2 and STS that the engine's provider functions make, answered from a region's data."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.regions import partition_of
from plan import region as data
from plan.names import ACCOUNT
from plan.offers import Offers
from sandbox.engine.world import World
from sandbox.paths import SandboxPaths

Filters = Sequence[Mapping[str, Any]]


class OfflineWorld(World):
    """A world in which the functions of `sandbox.engine.functions` find types and zones, and nothing else."""

    def __init__(self, region: str, offers: Offers) -> None:
        """No directory is used and no endpoint called."""
        super().__init__(region, SandboxPaths(Path("/nonexistent")))
        self.partition = partition_of(region)
        self._clients = {"ec2": _Ec2(region, offers), "sts": _Sts(self.partition)}

    def _client(self, service: str) -> Any:
        return self._clients[service]


class _Sts:
    def __init__(self, partition: str) -> None:
        self._arn = f"arn:{partition}:iam::{ACCOUNT}:user/plan"

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": ACCOUNT, "Arn": self._arn, "UserId": "plan"}


class _Ec2:
    """boto3's client, as far as it is used."""

    def __init__(self, region: str, offers: Offers) -> None:
        self._region, self._offers = region, offers

    def describe_availability_zones(self, **_arguments: Any) -> dict[str, Any]:
        """Every zone of the data is available and of the usual type, which is what a filter asks for."""
        return {
            "AvailabilityZones": [
                {"ZoneName": zone, "ZoneId": f"${{{zone}.zoneId}}", "GroupName": self._region}
                for zone in self._offers.zones
            ]
        }

    def describe_instance_types(self, **arguments: Any) -> dict[str, Any]:
        """The types that are named and that the region offers."""
        named = [name for name in arguments["InstanceTypes"] if self._offers.zones_of(name)]
        return {"InstanceTypes": [data.describe(name) for name in named]}

    def get_paginator(self, operation: str) -> "_Paginator":
        """One page holds everything."""
        return _Paginator(getattr(self, f"_{operation}"))

    def _describe_instance_types(self, filters: Filters) -> dict[str, Any]:
        """Filtered by EFA, the only filter that is used."""
        with_efa = any(each["Name"] == "network-info.efa-supported" for each in filters)
        offered = self._offers.types
        return {
            "InstanceTypes": [
                found
                for name, found in data.describe_all().items()
                if name in offered and (found["NetworkInfo"].get("EfaSupported") or not with_efa)
            ]
        }

    def _describe_instance_type_offerings(self, filters: Filters) -> dict[str, Any]:
        """Filtered by type, the only filter that is used."""
        names = [name for each in filters if each["Name"] == "instance-type" for name in each["Values"]]
        return {
            "InstanceTypeOfferings": [
                {"InstanceType": name, "Location": zone, "LocationType": "availability-zone"}
                for name in names
                for zone in self._offers.zones_of(name)
            ]
        }


class _Paginator:
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        yield self._answer(arguments.get("Filters", ()))
