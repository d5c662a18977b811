"""Settings that tests put in the place of a stack file's own, as YAML would hold them."""

from typing import Any

RESERVATION = "cr-0123456789abcdef0"


def node_group(**changes: Any) -> dict[str, Any]:
    return {"name": "train", "instanceType": "p4d.24xlarge", **changes}


def provisioner(**changes: Any) -> dict[str, Any]:
    return {"name": "elastic", "instanceTypes": ["p4d.24xlarge"], **changes}


def only(
    *, node_groups: list[dict[str, Any]] | None = None, provisioners: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Changes for `run_program`: these node groups and provisioners and no others, and no test of them."""
    return {"nodeGroups": node_groups or [], "provisioners": provisioners or [], "nccl": {}}
