"""Examines the settings of a stack whole, before any resource: all faults in one report, or the settings."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from settings.adoption import completed, look_up
from settings.checks import CHECKS, POOL_CHECKS, WARNINGS
from settings.checks.nccl import check_nccl_of_tenant
from settings.checks.tags import check_tags
from settings.checks.team import check_team
from settings.facts import FactsError, FactsFactory
from settings.faults import Fault, SettingsError, in_order
from settings.guard import guard_faults
from settings.neighbours import Neighbour
from settings.places import keys_of
from settings.reading import read
from settings.survey import Account, survey
from settings.tenant import TenantSettings
from settings.tenant_reading import is_tenant, read_tenant
from settings.tree import Settings, StackSettings

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
_ZONE = re.compile(rf"({_REGION.pattern})[a-z]")


def examine(
    raw: Mapping[str, object],
    *,
    region: str | None,
    environ: Mapping[str, str],
    facts: FactsFactory | None,
    profile: str | None = None,
    stack: str | None = None,
    warn: Callable[[Fault], None] | None = None,
) -> Settings:
    """Check raw settings and give them back typed; raises SettingsError with every fault found.

    `raw` is the tree as plain values, by the keys of YAML. `region` and `profile` are the stack's values of
    `aws:region` and `aws:profile`, `environ` is what the deployment will run in. `facts` is called once at
    most, and not for a stack that the guard refuses or that has no region; without it, what depends on the
    account goes unchecked, and what is left out of a cluster that is adopted is left at its defaults. `stack`
    is the stack's name, by which it knows what it has made itself. `warn` is told what is doubtful in
    settings that have no fault.
    """
    reading = read(raw)
    unreachable = [*_region_faults(region), *guard_faults(reading.sandbox, environ, profile)]
    faults = list(unreachable)
    account: Account | None = None
    if facts and not unreachable:
        with _told(faults, region):
            known = facts()
            adopted = look_up(reading, known)
            if adopted:
                raw = completed(raw, adopted)
                reading = read(raw)
            account = survey(reading, known, stack=stack, adopted=adopted)
    faults += reading.faults
    for check in CHECKS:
        with _told(faults, region):
            faults += check(reading, account)
    if faults:
        raise SettingsError(faults)
    if warn:
        for warning in in_order(warning for check in WARNINGS for warning in check(reading, account)):
            warn(warning)
    return Settings.model_validate_json(_own(Settings, raw))


def examine_tenant(
    raw: Mapping[str, object],
    *,
    region: str | None,
    environ: Mapping[str, str],
    facts: FactsFactory | None,
    profile: str | None = None,
    neighbours: Iterable[Neighbour] = (),
) -> TenantSettings:
    """Check the raw settings of a stack on a platform, as `examine` does those of one with a cluster.

    `facts` is called for provisioners only. `neighbours` are other stacks, on whichever platform.
    """
    reading = read_tenant(raw)
    unreachable = [*_region_faults(region), *guard_faults(reading.sandbox, environ, profile)]
    faults = [*reading.faults, *unreachable, *check_tags(reading, None)]
    faults += check_team(reading, region, neighbours)
    account: Account | None = None
    if facts and reading.provisioners and not unreachable:
        with _told(faults, region):
            account = survey(reading.alone, facts())
    for check in POOL_CHECKS:
        with _told(faults, region):
            faults += check(reading.alone, account)
    faults += check_nccl_of_tenant(reading, account)
    if faults:
        raise SettingsError(faults)
    return TenantSettings.model_validate_json(_own(TenantSettings, reading.raw))


def examine_stack(
    raw: Mapping[str, object],
    *,
    region: str | None,
    environ: Mapping[str, str],
    facts: FactsFactory | None,
    profile: str | None = None,
    stack: str | None = None,
    warn: Callable[[Fault], None] | None = None,
    neighbours: Iterable[Neighbour] = (),
) -> Settings | TenantSettings:
    """Check the settings of a stack of either kind: one with a cluster, or one on a platform."""
    if is_tenant(raw):
        return examine_tenant(
            raw, region=region, environ=environ, facts=facts, profile=profile, neighbours=neighbours
        )
    return examine(raw, region=region, environ=environ, facts=facts, profile=profile, stack=stack, warn=warn)


def _own(root: type[StackSettings], raw: Mapping[str, object]) -> str:
    """The keys of one kind of stack as JSON; what Pulumi fills in for those of the other kind is left out."""
    return json.dumps({key: value for key, value in raw.items() if key in keys_of(root)})


@contextmanager
def _told(faults: list[Fault], region: str | None) -> Iterator[None]:
    """Make one more fault of an AWS that cannot be asked, and go on."""
    try:
        yield
    except FactsError as error:
        faults.append(error.fault(region))


def _region_faults(region: str | None) -> Iterator[Fault]:
    if not region:
        yield Fault("aws:region", "missing", cure="run: pulumi config set aws:region us-west-2")
    elif zone := _ZONE.fullmatch(region):
        yield Fault("aws:region", f'"{region}" is a zone', cure=f'did you mean "{zone[1]}"?')
    elif not _REGION.fullmatch(region):
        yield Fault("aws:region", f'"{region}" is not a region', "such as us-west-2")
