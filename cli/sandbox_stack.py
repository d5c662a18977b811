"""A stack in the sandbox: build the tools, start the world, let the engine deploy into it, show what runs.

Each step is quick where it was done before, and a run that was stopped is taken up by the next.
"""

import shutil
import time

from cli.console import live_line, output, tell
from cli.errors import CommandError
from cli.sandbox_api import private_api
from cli.sandbox_engine import run_engine
from cli.sandbox_state import is_running
from cli.sandbox_tools import ensure_tools
from cli.stacks import Stack
from cli.status import read_status
from cli.status_document import Status
from cli.tables import status_report
from cli.waiting import Ending, wait_until
from sandbox.environment import aws_endpoint, child_environment
from sandbox.paths import SandboxPaths
from sandbox.world.tools import Tools
from sandbox.world.world import World

KARPENTER_PATIENCE_SECONDS = 120.0
"""Karpenter's pods run within seconds of its chart; the controller then loads every instance type once."""


def up_in_sandbox(stack: Stack) -> None:
    """Deploy the stack, wait for Karpenter, and end with a table and the next commands."""
    paths = SandboxPaths.from_environment()
    tools = ensure_tools()
    _start(paths, tools, stack)
    run = run_engine("up", stack.name, paths, child_environment(paths, stack.region), tools.path("helm"))
    changed = sum(count for what, count in run.changes.items() if what != "unchanged")
    status = _wait_for_karpenter(stack)
    tell(f"{changed} resources changed" if changed else "nothing changed")
    output.print(status_report(status))
    tell("next: make scale-out, make scale PODS=100, make logs, make scale-in, make down")


def preview_in_sandbox(stack: Stack) -> None:
    """Show what `up` would do. A sandbox that did not run before does not run afterwards."""
    paths = SandboxPaths.from_environment()
    tools = ensure_tools()
    ran = is_running(paths)
    world = _start(paths, tools, stack)
    try:
        run_engine("preview", stack.name, paths, child_environment(paths, stack.region), tools.path("helm"))
    finally:
        if not ran:
            world.stop()


def down_in_sandbox(stack: Stack, *, now: bool) -> None:
    """Undo the deployment while everything still runs, then end the world. Nothing to undo is fine."""
    paths = SandboxPaths.from_environment()
    if not is_running(paths):
        _forget(paths)
        tell("nothing runs")
        return
    tools = ensure_tools()
    world = World(paths, tools, stack.region)
    if not now:
        _start(paths, tools, stack)
        environment = child_environment(paths, stack.region)
        run_engine("down", stack.name, paths, environment, tools.path("helm"), "--force")
        _refuse_leftovers(paths)
    world.stop()
    _forget(paths)
    tell("the sandbox is down: no instance is left, no process runs")


def _start(paths: SandboxPaths, tools: Tools, stack: Stack) -> World:
    world = World(paths, tools, stack.region)
    with live_line() as show:
        begin = time.monotonic()
        world.start(lambda text: show(text, time.monotonic() - begin))
    return world


def _wait_for_karpenter(stack: Stack) -> Status:
    with live_line() as show:
        waited = wait_until(
            lambda: read_status(stack, None),
            lambda status: status.cluster is not None and status.cluster.can_scale(),
            show=lambda _, seconds: show("waiting for Karpenter", seconds),
            patience_seconds=KARPENTER_PATIENCE_SECONDS,
        )
    if waited.ending is not Ending.DONE:
        cluster = waited.last.cluster
        waits = (
            [f"{each.name}: {each.reason}" for each in cluster.provisioners if each.reason] if cluster else []
        )
        fault = f"not ready after {waited.seconds:.0f} s{', ' if waits else ''}{'; '.join(waits)}"
        raise CommandError("karpenter", fault, "see: make logs")
    return waited.last


def _refuse_leftovers(paths: SandboxPaths) -> None:
    endpoint = aws_endpoint(paths)
    left = private_api(endpoint, "GET", "instances") if endpoint else []
    if left:
        names = ", ".join(instance["instance_id"] for instance in left[:5])
        raise CommandError(names, "still there after everything was deleted", "run: eks-efa down --now")


def _forget(paths: SandboxPaths) -> None:
    """Remove the engine's state of a world that is gone; logs stay."""
    shutil.rmtree(paths.stacks, ignore_errors=True)
