"""Checks of a team: a share that can be counted, people who can come in, and names that nobody else has."""

from collections.abc import Callable, Iterable, Iterator

from knowledge.fault import Fault as Finding
from knowledge.quantities import parse_quantity
from knowledge.regions import partition_of
from knowledge.subnets import cidr_faults
from knowledge.team import KEPT_NAMESPACES
from settings.arn import is_same_role, role_faults
from settings.faults import Fault
from settings.neighbours import Neighbour
from settings.team import TeamSettings
from settings.tenant_reading import TenantReading
from settings.words import listed

ONE_ENTRY = "a role has one access entry in a cluster"
OWN_ROLE = "give the team a role of its own"


def check_team(
    reading: TenantReading, region: str | None, neighbours: Iterable[Neighbour]
) -> Iterator[Fault]:
    """Every fault of a tenant's team and of the names of its pools; `neighbours` are other stacks with a
    file."""
    team = reading.team
    yield from _pools(reading)
    if team is not None:
        yield from _namespace(team)
        yield from _quantities(team)
        if team.role_arn is not None:
            yield from role_faults("team.roleArn", team.role_arn, partition_of(region) if region else None)
        for index, cidr in enumerate(team.egress_cidrs):
            yield from (Fault.at(f"team.egressCidrs[{index}]", fault) for fault in cidr_faults(cidr))
    for neighbour in neighbours:
        if neighbour.platform == reading.platform:
            yield from _taken(reading, neighbour)


def check_people(
    reading: TenantReading,
    neighbours: Iterable[Neighbour],
    admins_of: Callable[[str], Iterable[str]],
) -> Iterator[Fault]:
    """A role that has an access entry already: EKS takes one for each, and the team's must say its group."""
    role = reading.team.role_arn if reading.team else None
    if role is None or reading.platform is None:
        return
    owners = dict.fromkeys(admins_of(reading.platform), f"an administrator's of {reading.platform}")
    for each in neighbours:
        if each.platform == reading.platform:
            owners[str(each.team.get("roleArn"))] = f"that of stack {each.stack}"
    for other, owner in owners.items():
        if is_same_role(role, other):
            yield Fault("team.roleArn", f"{role} is {owner}", ONE_ENTRY, OWN_ROLE)
            return


def _pools(reading: TenantReading) -> Iterator[Fault]:
    if reading.provisioners and "team" not in reading.raw:
        cure = "run: pulumi config set --path 'team.name' <name>"
        yield Fault("team", "missing", "provisioners of a stack on a platform are a team's", cure)
    first_use: dict[str, str] = {}
    for path, name in reading.alone.pool_names:
        owner = first_use.setdefault(name, path)
        if owner != path:
            yield Fault(path, f'"{name}" already used by {owner.removesuffix(".name")}')
    for entry in reading.provisioners:
        if entry.settings.zone is None:
            cure = f"run: pulumi config set --path '{entry.path}.zone' <zone of the platform>"
            yield Fault(f"{entry.path}.zone", "missing", "the platform has a subnet in some zones only", cure)


def _namespace(team: TeamSettings) -> Iterator[Fault]:
    path = "team.namespace" if team.namespace else "team.name"
    if team.home in KEPT_NAMESPACES or team.home.startswith("kube-"):
        cure = "choose another" if team.namespace else "choose another, or set team.namespace"
        yield Fault(path, f'namespace "{team.home}" is the platform\'s', cure=cure)


def _quantities(team: TeamSettings) -> Iterator[Fault]:
    texts = {
        "quota.cpu": team.quota.cpu,
        "quota.memory": team.quota.memory,
        "quota.storage": team.quota.storage,
        "defaults.cpu": team.defaults.cpu,
        "defaults.memory": team.defaults.memory,
    }
    for key, text in texts.items():
        quantity = parse_quantity(text) if text is not None else None
        if isinstance(quantity, Finding):
            yield Fault.at(f"team.{key}", quantity)


def _taken(reading: TenantReading, neighbour: Neighbour) -> Iterator[Fault]:
    """What another stack of the same platform has already."""
    team = reading.team
    their_name = neighbour.team.get("name")
    if team is not None and their_name is not None:
        cure = "one team has one stack on a platform: choose another name"
        if team.name == their_name:
            yield Fault("team.name", f'"{team.name}" is the team of stack {neighbour.stack}', cure=cure)
        elif team.home == (neighbour.team.get("namespace") or their_name):
            path = "team.namespace" if team.namespace else "team.name"
            what = f'namespace "{team.home}" is that of stack {neighbour.stack}'
            yield Fault(path, what, cure="choose another")
    for path, name in reading.alone.pool_names:
        if name in neighbour.pools:
            what = f'"{name}" is a provisioner of stack {neighbour.stack}'
            theirs = f"there are {listed(neighbour.pools)}"
            yield Fault(path, what, theirs, "names of pools are those of the whole cluster: choose another")
