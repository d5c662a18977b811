"""What is going to be built for a team, worked out before the first resource is registered."""

from dataclasses import dataclass

import pulumi

from components.device_taints import taints_of
from components.stack_plan import EksFacts, ProvisionerPlan, layout_of
from knowledge.node_names import STACK_TAG
from knowledge.team import TEAM_LABEL
from settings.base import Taint
from settings.facts import FactsError
from settings.faults import SettingsError
from settings.nodes import ProvisionerSettings
from settings.team import TeamSettings
from settings.tenant import TenantSettings


@dataclass(frozen=True)
class TeamPlan:
    """Everything that is known of a team's stack without a resource."""

    stack: str
    settings: TenantSettings
    team: TeamSettings
    region: str
    tags: dict[str, str]
    """On every resource that can have tags; `eks-efa/team` tells whose costs they are."""
    provisioners: tuple[ProvisionerPlan, ...]
    """With the team's label and taint."""


def plan_team(stack: str, settings: TenantSettings, team: TeamSettings, facts: EksFacts) -> TeamPlan:
    """Plan checked settings; pulumi.RunError where AWS cannot be asked."""
    try:
        return TeamPlan(
            stack=stack,
            settings=settings,
            team=team,
            region=facts.region,
            tags={
                **settings.tags,
                "owner": settings.owner,
                STACK_TAG: stack,
                TEAM_LABEL: team.name,
            },
            provisioners=tuple(_provisioner(each, team, facts) for each in settings.provisioners),
        )
    except FactsError as error:
        raise pulumi.RunError(str(SettingsError([error.fault(facts.region)]))) from None


def _provisioner(settings: ProvisionerSettings, team: TeamSettings, facts: EksFacts) -> ProvisionerPlan:
    """The checks of the settings have seen to it that the types exist and that there is a zone."""
    types = tuple(known for name in settings.instance_types if (known := facts.instance_type(name)))
    return ProvisionerPlan(
        settings=settings.model_copy(
            update={
                "labels": {**settings.labels, TEAM_LABEL: team.name},
                "taints": (*taints_of(settings, types), Taint(key=TEAM_LABEL, value=team.name)),
            }
        ),
        instance_types=types,
        zone=settings.zone or "",
        interfaces=tuple(layout_of(settings, known) for known in types),
    )
