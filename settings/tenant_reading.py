"""Reads the raw settings of a stack on a platform, as `settings/reading.py` does those of others."""

from collections.abc import Mapping
from dataclasses import dataclass

from settings.faults import Fault
from settings.messages import unknown
from settings.nodes import ProvisionerSettings
from settings.places import field_of, keys_of, render
from settings.reading import NOTHING, PLATFORM, Entry, Reader, Reading, StackReading
from settings.team import TeamSettings
from settings.tenant import TenantSettings
from settings.tree import Settings


@dataclass(frozen=True)
class TenantReading(StackReading):
    """What could be read of a tenant."""

    platform: str | None
    team: TeamSettings | None
    provisioners: tuple[Entry[ProvisionerSettings], ...]

    @property
    def alone(self) -> Reading:
        """The provisioners as those of a stack with nothing else, for the checks that look at pools."""
        return Reading(
            environment=self.environment,
            sandbox=self.sandbox,
            owner=self.owner,
            tags=self.tags,
            nccl=self.nccl,
            raw={key: value for key, value in self.raw.items() if key == "provisioners"},
            faults=(),
            unread=(),
            network=None,
            cluster=None,
            system_nodes=None,
            autoscaler=None,
            cluster_autoscaler=None,
            karpenter=None,
            node_groups=(),
            provisioners=self.provisioners,
            device_plugins=None,
            mpi_operator=None,
            monitoring=None,
        )


def is_tenant(raw: Mapping[str, object]) -> bool:
    """Whether the settings are those of a stack on a platform."""
    return raw.get(PLATFORM) not in NOTHING


def read_tenant(raw: Mapping[str, object]) -> TenantReading:
    """Read what can be read of the settings of a stack on a platform."""
    # What Pulumi fills in for a team is none; `team` is the only key whose empty value is no default.
    raw = {key: value for key, value in raw.items() if key != "team" or value not in NOTHING}
    reader = Reader(raw, TenantSettings, {PLATFORM: "un/re/ad"})
    for key in sorted(set(raw) - set(keys_of(TenantSettings))):
        if key not in keys_of(Settings):
            reader.faults.append(Fault.at(render((key,)), unknown((key,))))
        elif not _is_left_out(key, raw[key]):
            cure = f"remove it, or {PLATFORM}"
            reader.faults.append(Fault(key, "not used on a platform, which has its own", cure=cure))
    environment, sandbox, owner, tags = (
        reader.branch(key) for key in ("environment", "sandbox", "owner", "tags")
    )
    platform, team, nccl = (reader.branch(key) for key in (PLATFORM, "team", "nccl"))
    return TenantReading(
        environment=environment.environment if environment else "dev",
        sandbox=sandbox.sandbox if sandbox else False,
        owner=owner.owner if owner else None,
        tags=tags.tags if tags else None,
        platform=platform.platform if platform else None,
        team=team.team if team else None,
        provisioners=tuple(
            Entry(path, tree.provisioners[0]) for path, tree in reader.entries("provisioners")
        ),
        nccl=nccl.nccl if nccl else None,
        raw=raw,
        faults=tuple(reader.faults),
        unread=tuple(reader.unread),
    )


def _is_left_out(key: str, value: object) -> bool:
    """Whether a value is what Pulumi fills in for a key of a stack with a cluster."""
    field = field_of(Settings, key)
    return value in NOTHING or (field is not None and value == field.default)
