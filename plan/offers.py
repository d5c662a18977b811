"""Zones and instance types of a region by a list of one day, and what it cannot tell.

EC2 has more every month than any list: what the settings want and the list lacks is taken to be there, and
said. What cannot be there on any day, such as a zone of another region, is left out.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from string import ascii_lowercase

from knowledge.regions import is_zone_name
from plan import region as data
from plan.wanted import Wanted

FEWEST_ZONES = 3
"""Taken to be in a region that is not in the list; AWS builds them so
(https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html)."""

LIST = f"the list of {data.LISTED_ON}"


class Offers:
    """What a region has. `doubt` is told of each thing that is not in the list, maybe more than once."""

    def __init__(self, region: str, wanted: Wanted, doubt: Callable[[str], None]) -> None:
        """`wanted` is what the settings want there."""
        self._region, self._wanted, self._doubt = region, wanted, doubt
        self._listed = data.offered_zones(region)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Names of the zones, in order."""
        listed = data.zones(self._region)
        known = {*listed, *self._zones_named_besides(listed)}
        fewest = FEWEST_ZONES if not listed else 0 if self._wanted.zones else self._wanted.zone_count
        if listed and len(known) < fewest:
            self._doubt(f"{self._region} is taken to have {fewest} zones: {LIST} has {len(listed)}")
        elif not listed:
            what = f"region {self._region} is taken to have every instance type in every zone"
            self._doubt(f"{what}: {LIST} does not have the region")
        more = (zone for letter in ascii_lowercase if (zone := self._region + letter) not in known)
        return tuple(sorted({*known, *(next(more) for _ in range(fewest - len(known)))}))

    def zones_of(self, instance_type: str) -> tuple[str, ...]:
        """Names of the zones that offer a type; none for one that no list has."""
        if data.describe(instance_type) is None:
            return ()
        if not self._listed:
            return self.zones
        listed = self._listed.get(instance_type, ())
        if lacking := sorted({*self._needed(instance_type)} - {*listed}):
            there = ", ".join(listed) or f"no zone of {self._region}"
            what = f"{instance_type} is taken to be offered in {', '.join(lacking)}"
            self._doubt(f"{what}: {LIST} has it in {there}")
        return tuple(sorted({*listed, *lacking}))

    @property
    def types(self) -> frozenset[str]:
        """Every type of the region, or of all regions where the list has none of it."""
        return frozenset(self._listed or data.describe_all())

    @property
    def _stack_zones(self) -> tuple[str, ...]:
        named = tuple(zone for zone in self._wanted.zones if zone in self.zones)
        return named or self.zones[: self._wanted.zone_count]

    def _zones_named_besides(self, listed: tuple[str, ...]) -> Iterator[str]:
        for zone in self._wanted.named_zones:
            if zone not in listed and is_zone_name(zone, self._region):
                yield zone
                if listed:
                    self._doubt(f"{zone} is taken to be a zone: {LIST} does not have it")

    def _needed(self, instance_type: str) -> Iterator[str]:
        """Where the settings put nodes of the type."""
        if self._wanted.is_for_system_nodes(instance_type):
            yield from self._stack_zones
        for pool in self._wanted.pools:
            if instance_type not in pool.types:
                continue
            if pool.zone:
                yield from {pool.zone} & {*self.zones}
            elif not any(self._lists_all(pool.types, zone) for zone in self._stack_zones):
                yield self._stack_zones[0]

    def _lists_all(self, types: tuple[str, ...], zone: str) -> bool:
        return all(zone in self._listed.get(name, ()) for name in types if data.describe(name))
