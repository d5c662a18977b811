"""Reads the settings of the running stack from Pulumi; the only module of this package that knows Pulumi."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from knowledge.listed import LISTED_ON
from settings.examine import Surroundings, examine
from settings.facts import FactsFactory
from settings.faults import SettingsError
from settings.neighbours import neighbours_of, platform_admins
from settings.plain_values import as_handed_over
from settings.stack_file import below
from settings.tenant import TenantSettings
from settings.tree import Settings

PROGRAM = Path(__file__).parent.parent
"""Where the program's stack files are."""


@dataclass(frozen=True)
class StackConfig:
    """What the engine hands over of one stack."""

    region: str | None
    """`aws:region`."""
    aws: Mapping[str, object]
    """The values for the AWS provider, by their keys without `aws:`."""
    raw: Mapping[str, object]
    """The values under this project's name, as plain values."""


class RefusedError(pulumi.RunError):
    """Settings that cannot be used: Pulumi prints the report, without a traceback, and changes nothing."""

    def __init__(self, error: SettingsError) -> None:
        """Keep the faults, which an offline plan reads one by one."""
        super().__init__(str(error))
        self.faults = error.faults


def load(facts: FactsFactory) -> Settings | TenantSettings:
    """The settings of the running stack, checked whole.

    Raises RefusedError with the report.
    """
    config, stack = read_stack_config(), pulumi.get_stack()
    surroundings = Surroundings(
        region=config.region,
        environ=os.environ,
        facts=facts,
        aws=config.aws,
        stack=stack,
        neighbours=neighbours_of(PROGRAM, pulumi.get_project(), stack),
        admins_of=partial(platform_admins, PROGRAM, pulumi.get_project()),
        listed_on=os.environ.get(LISTED_ON),
        warn=lambda warning: pulumi.log.warn(str(warning)),
        deploys=not pulumi.runtime.is_dry_run(),
    )
    try:
        return examine(config.raw, surroundings)
    except SettingsError as error:
        raise RefusedError(error) from None


def read_stack_config() -> StackConfig:
    """Take the values of the running stack, from Pulumi's runtime or, as it does, from PULUMI_CONFIG."""
    values = {**get_config_env(), **CONFIG.get()}
    raw = {key: as_handed_over(key, value) for key, value in below(pulumi.get_project(), values).items()}
    return StackConfig(values.get("aws:region"), below("aws", values), raw)
