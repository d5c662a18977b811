"""A warning where whoever deploys is nobody in the cluster."""

from collections.abc import Iterator

from settings.arn import parse_arn
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account


def administrator_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Somebody other than the cluster's creator, who is not among its administrators."""
    if not reading.cluster or not account or not account.locked_out:
        return
    arn = parse_arn(account.locked_out)
    is_role = arn is not None and arn.resource.startswith("role/")
    key = f"cluster.adminRoleArns[{len(reading.cluster.admin_role_arns)}]"
    yield Fault(
        "cluster.adminRoleArns",
        f"{account.locked_out}, who deploys, is not listed and has no access entry",
        "a preview does without, `up` would fail inside the cluster",
        f"run: pulumi config set --path '{key}' {account.locked_out}"
        if is_role
        else "deploy by a role, and list that",
    )
