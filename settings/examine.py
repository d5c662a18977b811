"""Examines the settings of a stack whole, before any resource: all faults in one report, or the settings."""

import json
import re
from collections.abc import Iterator, Mapping

from settings.checks import CHECKS
from settings.facts import FactsError, FactsFactory
from settings.faults import Fault, SettingsError
from settings.guard import guard_faults
from settings.reading import read
from settings.survey import Account, survey
from settings.tree import Settings

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
_ZONE = re.compile(rf"({_REGION.pattern})[a-z]")


def examine(
    raw: Mapping[str, object],
    *,
    region: str | None,
    environ: Mapping[str, str],
    facts: FactsFactory | None,
    profile: str | None = None,
) -> Settings:
    """Check raw settings and give them back typed; raises SettingsError with every fault found.

    `raw` is the tree as plain values, by the keys of YAML. `region` and `profile` are the stack's values of
    `aws:region` and `aws:profile`, `environ` is what the deployment will run in. `facts` is called once at
    most, and not for a stack that the guard refuses or that has no region; without it, what depends on the
    account goes unchecked.
    """
    reading = read(raw)
    faults = list(reading.faults)
    unreachable = [*_region_faults(region), *guard_faults(reading.sandbox, environ, profile)]
    faults += unreachable
    account: Account | None = None
    if facts and not unreachable:
        try:
            account = survey(reading, facts())
        except FactsError as error:
            cure = "check the region and your credentials"
            faults.append(Fault("aws:region", f"AWS in {region} cannot be asked: {error}", cure=cure))
    for check in CHECKS:
        faults += check(reading, account)
    if faults:
        raise SettingsError(faults)
    return Settings.model_validate_json(json.dumps(raw))


def _region_faults(region: str | None) -> Iterator[Fault]:
    if not region:
        yield Fault("aws:region", "missing", cure="run: pulumi config set aws:region us-west-2")
    elif zone := _ZONE.fullmatch(region):
        yield Fault("aws:region", f'"{region}" is a zone', cure=f'did you mean "{zone[1]}"?')
    elif not _REGION.fullmatch(region):
        yield Fault("aws:region", f'"{region}" is not a region', "such as us-west-2")
