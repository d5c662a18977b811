"""The other stacks on the same platform, as far as they have a file beside this one's.

Pulumi lets a stack see the outputs of one that it names, and of no other: who else lives on a platform only
the files tell. Teams in another repository are not seen here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from settings.stack_file import StackFileError, read_stack_file, stacks_in


@dataclass(frozen=True)
class Neighbour:
    """Another stack that names a platform."""

    stack: str
    platform: object
    team: Mapping[str, object]
    """As it is written; empty for a stack without a team."""
    pools: tuple[str, ...]
    """Names of its provisioners."""


def neighbours_of(directory: Path, project: str, stack: str) -> tuple[Neighbour, ...]:
    """Every other stack of the program in `directory` that lives on a platform, whichever it is.

    A file that cannot be read is left to whoever deploys that stack.
    """
    found = []
    for name in stacks_in(directory):
        if name == stack:
            continue
        try:
            raw = read_stack_file(directory, name, project).raw
        except StackFileError:
            continue
        if raw.get("platform"):
            team = raw.get("team")
            found.append(
                Neighbour(
                    stack=name,
                    platform=raw["platform"],
                    team=team if isinstance(team, dict) else {},
                    pools=_names(raw.get("provisioners")),
                )
            )
    return tuple(found)


def platform_admins(directory: Path, project: str, platform: str) -> tuple[str, ...]:
    """ARNs of the roles that administer a platform, where it is a stack of the program in `directory`.

    `platform` is `organization/project/stack`. Whoever created its cluster has an entry there too, and only
    AWS knows who that was.
    """
    _, its_project, stack = platform.rsplit("/", 2)
    if its_project != project or stack not in stacks_in(directory):
        return ()
    try:
        cluster = read_stack_file(directory, stack, project).raw.get("cluster")
    except StackFileError:
        return ()
    roles = cluster.get("adminRoleArns") if isinstance(cluster, dict) else None
    return tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else ()


def _names(entries: object) -> tuple[str, ...]:
    maps = [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    return tuple(name for each in maps if isinstance(name := each.get("name"), str))
