"""Examines the settings of a stack whole, before any resource: all faults in one report, or the settings."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge import clock
from settings.adoption import completed, look_up
from settings.checks import (
    AFTER_PLANNING,
    BEFORE_MAKING,
    CHECKS,
    DATED_CHECKS,
    DATED_WARNINGS,
    POOL_CHECKS,
    POOL_WARNINGS,
    WARNINGS,
    Check,
    DatedCheck,
)
from settings.checks.nccl import check_nccl_of_tenant
from settings.checks.tags import check_tags
from settings.checks.team import check_people, check_team
from settings.credentials import credential_faults, credentials_of
from settings.facts import FactsError, FactsFactory
from settings.faults import Fault, SettingsError, in_order
from settings.guard import guard_faults
from settings.mending import mended
from settings.neighbours import Neighbour
from settings.places import keys_of
from settings.reading import Reading, read
from settings.survey import Account, survey
from settings.tenant import TenantSettings
from settings.tenant_reading import is_tenant, read_tenant
from settings.tree import Settings, StackSettings

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
_ZONE = re.compile(rf"({_REGION.pattern})[a-z]")


@dataclass(frozen=True)
class Surroundings:
    """What the settings of a stack are held against."""

    region: str | None
    """The stack's `aws:region`."""
    environ: Mapping[str, str]
    """What the deployment will run in."""
    facts: FactsFactory | None
    """Called twice at most, and not for a stack that the guard refuses or that has no region. Without it what
    depends on the account goes unchecked, and what is left out of an adopted cluster has its default."""
    aws: Mapping[str, object] = field(default_factory=dict)
    """The stack's values for the AWS provider, by their keys without `aws:`."""
    stack: str | None = None
    """The stack's name, by which it knows what it has made itself."""
    neighbours: Iterable[Neighbour] = ()
    """Other stacks, on whichever platform."""
    admins_of: Callable[[str], tuple[str, ...]] = lambda _platform: ()
    """ARNs of the roles that are known to administer a platform."""
    listed_on: str | None = None
    """Day of the list that answers `facts` in the place of EC2; None where EC2 answers."""
    warn: Callable[[Fault], None] | None = None
    """Told of what is doubtful, whether the settings have faults or not."""
    today: date = field(default_factory=lambda: clock.today())
    """The day that support is counted by."""
    deploys: bool = False
    """Whether resources are to be made, and the settings not only looked at."""

    def in_the_way(self, *, sandbox: bool) -> list[Fault]:
        """What keeps a stack, be it one of the sandbox or not, from asking AWS anything."""
        profile = credentials_of(self.aws).profile
        return [*_region_faults(self.region), *guard_faults(sandbox, self.environ, profile)]

    def tell(self, checks: Iterable[Check], reading: Reading, account: Account | None) -> None:
        """Warn of what the checks find in what could be read, if anybody listens."""
        if self.warn:
            for warning in in_order(found for check in checks for found in check(reading, account)):
                self.warn(warning)

    @property
    def checks(self) -> tuple[Check, ...]:
        """All that are held against a stack with a cluster."""
        return (*CHECKS, *self.dated(DATED_CHECKS), *self._by_purpose(stopping=True))

    @property
    def warnings(self) -> tuple[Check, ...]:
        """All whose findings such a stack is told of."""
        return (*WARNINGS, *self.dated(DATED_WARNINGS), *self._by_purpose(stopping=False))

    def _by_purpose(self, *, stopping: bool) -> Iterator[Check]:
        """Checks that stop one purpose and warn in another: those that stop this one, or those that warn."""
        if self.deploys is stopping:
            yield from BEFORE_MAKING
        if (self.listed_on is None) is stopping:
            yield from AFTER_PLANNING

    def dated(self, checks: Iterable[DatedCheck]) -> list[Check]:
        """Checks that depend on the day, as they are on this one."""
        return [_on(self.today, check) for check in checks]

    @contextmanager
    def told(self, faults: list[Fault]) -> Iterator[None]:
        """Make one more fault of an AWS that cannot be asked, and go on."""
        try:
            yield
        except FactsError as error:
            faults.append(error.fault(self.region))


def examine(raw: Mapping[str, object], surroundings: Surroundings) -> Settings | TenantSettings:
    """Check raw settings and give them back typed; raises SettingsError with every fault found.

    `raw` is the tree as plain values, by the keys of YAML, of a stack with a cluster or of one on a platform.
    """
    try:
        return _examine(raw, surroundings)
    except SettingsError as error:
        raise SettingsError([*error.faults, *_beside_what_is_unread(raw, surroundings)]) from None


def _beside_what_is_unread(raw: Mapping[str, object], surroundings: Surroundings) -> Iterator[Fault]:
    """Faults of values that stand beside those that cannot be read."""
    root, reading = (TenantSettings, read_tenant(raw)) if is_tenant(raw) else (Settings, read(raw))
    readable = mended(raw, root, reading.unread)
    if readable is None:
        return
    try:
        _examine(readable.raw, replace(surroundings, warn=None))
    except SettingsError as error:
        yield from filter(readable.is_told_by, error.faults)


def _examine(raw: Mapping[str, object], surroundings: Surroundings) -> Settings | TenantSettings:
    if is_tenant(raw):
        return _examine_tenant(raw, surroundings)
    reading = read(raw)
    unreachable = surroundings.in_the_way(sandbox=reading.sandbox)
    faults = [*unreachable, *credential_faults(surroundings.aws)]
    account: Account | None = None
    if surroundings.facts and not unreachable:
        with surroundings.told(faults):
            facts = surroundings.facts()
            adopted = look_up(reading, facts)
            if adopted:
                raw = completed(raw, adopted)
                reading = read(raw)
            account = survey(
                reading,
                facts,
                stack=surroundings.stack,
                adopted=adopted,
                listed_on=surroundings.listed_on,
            )
    faults += reading.faults
    for check in surroundings.checks:
        with surroundings.told(faults):
            faults += check(reading, account)
    surroundings.tell(surroundings.warnings, reading, account)
    if faults:
        raise SettingsError(faults)
    return Settings.model_validate_json(_own(Settings, raw))


def _examine_tenant(raw: Mapping[str, object], surroundings: Surroundings) -> TenantSettings:
    """AWS is asked for provisioners only."""
    reading = read_tenant(raw)
    unreachable = surroundings.in_the_way(sandbox=reading.sandbox)
    faults = [*reading.faults, *unreachable, *credential_faults(surroundings.aws), *check_tags(reading, None)]
    faults += check_team(reading, surroundings.region, surroundings.neighbours)
    faults += check_people(reading, surroundings.neighbours, surroundings.admins_of)
    account: Account | None = None
    if surroundings.facts and reading.provisioners and not unreachable:
        with surroundings.told(faults):
            account = survey(reading.alone, surroundings.facts(), listed_on=surroundings.listed_on)
    for check in POOL_CHECKS:
        with surroundings.told(faults):
            faults += check(reading.alone, account)
    faults += check_nccl_of_tenant(reading, account)
    surroundings.tell(POOL_WARNINGS, reading.alone, account)
    if faults:
        raise SettingsError(faults)
    return TenantSettings.model_validate_json(_own(TenantSettings, reading.raw))


def _on(today: date, check: DatedCheck) -> Check:
    return lambda reading, _account: check(reading, today)


def _own(root: type[StackSettings], raw: Mapping[str, object]) -> str:
    """The keys of one kind of stack as JSON; what Pulumi fills in for those of the other kind is left out."""
    return json.dumps({key: value for key, value in raw.items() if key in keys_of(root)})


def _region_faults(region: str | None) -> Iterator[Fault]:
    if not region:
        yield Fault("aws:region", "missing", cure="run: pulumi config set aws:region us-west-2")
    elif zone := _ZONE.fullmatch(region):
        yield Fault("aws:region", f'"{region}" is a zone', cure=f'did you mean "{zone[1]}"?')
    elif not _REGION.fullmatch(region):
        yield Fault("aws:region", f'"{region}" is not a region', "such as us-west-2")
