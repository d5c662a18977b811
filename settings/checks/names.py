"""Checks that concern the lists of node groups and provisioners as a whole."""

from collections.abc import Iterator

from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account


def check_names(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """One name, one owner of nodes: the name is the label that tells the nodes of all of them apart."""
    del account
    first_use: dict[str, str] = {}
    for path, name in reading.pool_names:
        owner = first_use.setdefault(name, path)
        if owner != path:
            yield Fault(path, f'"{name}" already used by {owner.removesuffix(".name")}')
    if not any(reading.raw.get(key) for key in ("nodeGroups", "provisioners")):
        where = "add one under nodeGroups or provisioners"
        yield Fault("provisioners", "at least one node group or provisioner is needed", cure=where)
