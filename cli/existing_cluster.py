"""The cluster of somebody else in the sandbox: made, compared with what it was, and taken away."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from cli.console import live_line, output, tell
from cli.errors import CommandError
from cli.sandbox_order import MAKE_EXISTING, refuse_beside_own_cluster, refuse_with_stacks_on_it
from cli.sandbox_state import deployed_stacks, is_running
from cli.sandbox_tools import ensure_tools
from cli.waiting import Ending, wait_until
from sandbox.environment import aws_endpoint
from sandbox.paths import SandboxPaths
from sandbox.stranger import record
from sandbox.stranger.names import CLUSTER, REGION
from sandbox.stranger.pictures import Picture, carried_over, differences
from sandbox.world.kubernetes import Kubernetes, KubernetesError
from sandbox.world.world import World

if TYPE_CHECKING:
    from sandbox.stranger.account import Account

STACK = "existing"
"""The stack of this repository that adopts it."""

PATIENCE_SECONDS = 120.0
"""Two nodes and two pods take seconds, unless the sandbox was told to boot slowly."""

REST_SECONDS = 10.0
"""How long controllers may have something to tidy up, after what was made or has gone just now."""


def make_existing_cluster() -> None:
    """Make it, or what is missing of it; end with a table and the next commands."""
    from sandbox.stranger import making  # boto3 takes a tenth of a second to import

    paths = SandboxPaths.from_environment()
    refuse_beside_own_cluster(paths)
    tools = ensure_tools()
    begin = time.monotonic()
    with live_line() as show:

        def report(text: str) -> None:
            show(text, time.monotonic() - begin)

        World(paths, tools, REGION).start(report)
        record.begin(paths)
        with _answering():
            account, kubernetes = _open(paths)
            kept, before = record.kept_picture(paths), _picture(account, kubernetes)
            made = making.make(account, kubernetes, report)
            waited = wait_until(
                lambda: making.waits_for(account, kubernetes),
                lambda missing: missing is None,
                show=lambda missing, _: report(missing or "all of it runs"),
                patience_seconds=PATIENCE_SECONDS,
            )
            if waited.ending is not Ending.DONE:
                fault = f"only {waited.last} after {waited.seconds:.0f} s"
                cure = f"see: eks-efa fault show; then {MAKE_EXISTING}"
                raise CommandError(f"cluster {CLUSTER}", fault, cure)
            if made or kept is None:
                report("waiting until it stands still")
                now = _at_rest(account, kubernetes)
                # An emulated AWS that was started anew has nothing of what was.
                is_new = kept is None or f"cluster {CLUSTER}" not in before
                record.keep_picture(paths, now if is_new else carried_over(kept or {}, before, now))
            described = making.described(account)
    tell(f"{len(made)} things made" if made else "nothing changed")
    output.print(_table(described.items()))
    tell(f"next: make up STACK={STACK}, {MAKE_EXISTING} --check, make down STACK={STACK}")
    tell(f"to end it: {MAKE_EXISTING} --down")


def check_existing_cluster() -> bool:
    """Say how it differs from what it was when it was made; whether it does not.

    What is on its way out when nobody lives on it any more is waited for.
    """
    paths = SandboxPaths.from_environment()
    before = record.kept_picture(paths)
    if before is None or not is_running(paths):
        raise CommandError("existing cluster", "this sandbox has none", f"make it with: {MAKE_EXISTING}")
    with _answering(), live_line() as show:
        account, kubernetes = _open(paths)

        def look() -> list[str]:
            return differences(before, _picture(account, kubernetes))

        found = wait_until(
            look,
            lambda lines: not lines,
            show=lambda lines, seconds: show(f"{len(lines)} things differ", seconds) if lines else None,
            patience_seconds=0 if deployed_stacks(paths) else REST_SECONDS,
        ).last
    for line in found:
        output.print(escape(line), soft_wrap=True)
    if not found:
        output.print("as it was")
    return not found


def end_existing_cluster() -> None:
    """End the sandbox with it, once nobody lives on it. One that is not there is fine."""
    paths = SandboxPaths.from_environment()
    if not record.exists(paths):
        tell("this sandbox has no existing cluster")
        return
    refuse_with_stacks_on_it(paths, f"cluster {CLUSTER}")
    World(paths, ensure_tools(), REGION).stop()
    tell(f"cluster {CLUSTER} is gone: no instance is left, no process runs")


@contextmanager
def _answering() -> Iterator[None]:
    """Around questions to AWS and Kubernetes: one that is not answered as a line for the user."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except (BotoCoreError, KubernetesError) as error:
        raise CommandError("sandbox", f"does not answer: {error}", f"run: {MAKE_EXISTING}") from error


def _open(paths: SandboxPaths) -> tuple["Account", Kubernetes]:
    from sandbox.stranger.account import Account

    endpoint = aws_endpoint(paths)
    if endpoint is None:
        raise CommandError("sandbox", "its emulated AWS does not run", f"run: {MAKE_EXISTING}")
    return Account(endpoint, REGION), Kubernetes(paths.kubeconfig)


def _picture(account: "Account", kubernetes: Kubernetes) -> Picture:
    from sandbox.stranger.aws_picture import aws_picture
    from sandbox.stranger.kubernetes_picture import kubernetes_picture

    return aws_picture(account) | kubernetes_picture(kubernetes)


def _at_rest(account: "Account", kubernetes: Kubernetes) -> Picture:
    """How it is, once two looks see the same."""
    last = _picture(account, kubernetes)

    def stands_still() -> bool:
        nonlocal last
        before, last = last, _picture(account, kubernetes)
        return before == last

    wait_until(stands_still, bool, patience_seconds=REST_SECONDS)
    return last


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(title="A cluster of somebody else's", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for heading, text in rows:
        table.add_row(heading, escape(text))
    return table
