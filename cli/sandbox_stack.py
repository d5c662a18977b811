"""A stack in the sandbox: build the tools, start the world, let the engine deploy into it, show what runs.

Each step is quick where it was done before, and a run that was stopped is taken up by the next.
"""

import shutil
import time
from typing import Any

from httpx2 import TransportError

from cli.adoption.look import refuse_clashes
from cli.aws_clients import client_maker
from cli.cluster import connect
from cli.console import live_line, output, tell
from cli.deployed import deployed
from cli.draining import drained
from cli.errors import CommandError
from cli.leftovers import tell_what_is_left
from cli.log_group import refuse_log_group, remove_log_group
from cli.sandbox_api import private_api
from cli.sandbox_engine import run_engine
from cli.sandbox_order import REMOVE_EXISTING, refuse_before_its_turn, refuse_with_stacks_on_it
from cli.sandbox_state import deployed_stacks, is_running
from cli.sandbox_tools import ensure_tools
from cli.scale_in import remove_namespace
from cli.stacks import Stack
from cli.status import read_status
from cli.status_document import SandboxState, Status
from cli.tables import status_report
from cli.teardown import refuse_protected, refuse_stranding
from cli.waiting import Ending, wait_until
from knowledge.node_names import STACK_TAG
from sandbox.environment import aws_endpoint, child_environment
from sandbox.paths import SandboxPaths
from sandbox.stranger import record
from sandbox.stranger.names import CLUSTER
from sandbox.world.tools import Tools
from sandbox.world.world import World

KARPENTER_PATIENCE_SECONDS = 120.0
"""Karpenter's pods run within seconds of its chart; the controller then loads every instance type once."""


def up_in_sandbox(stack: Stack) -> None:
    """Deploy the stack, wait for Karpenter, and end with a table and the next commands."""
    paths = SandboxPaths.from_environment()
    refuse_before_its_turn(paths, stack)
    tools = ensure_tools()
    _start(paths, tools, stack)
    refuse_clashes(stack)
    if not deployed(stack):
        refuse_log_group(stack, client_maker(stack, paths))
    run = run_engine("up", stack.name, paths, child_environment(paths, stack.region), tools.path("helm"))
    changed = sum(count for what, count in run.changes.items() if what != "unchanged")
    status = _wait_for_karpenter(stack) if stack.has_karpenter else read_status(stack, None)
    tell(f"{changed} resources changed" if changed else "nothing changed")
    output.print(status_report(status))
    tell("next: make scale-out, make scale PODS=100, make nccl, make logs, make scale-in, make down")


def preview_in_sandbox(stack: Stack) -> None:
    """Show what `up` would do. A sandbox that did not run before does not run afterwards."""
    paths = SandboxPaths.from_environment()
    refuse_before_its_turn(paths, stack)
    tools = ensure_tools()
    ran = is_running(paths)
    world = _start(paths, tools, stack)
    try:
        run_engine("preview", stack.name, paths, child_environment(paths, stack.region), tools.path("helm"))
    finally:
        if not ran:
            world.stop()


def down_in_sandbox(stack: Stack, *, now: bool, force_drain: bool = False) -> None:
    """Undo the deployment while everything still runs, then end the world. Nothing to undo is fine.

    A stack on a cluster that is not its own leaves the world to whoever owns the cluster, who goes last.
    """
    paths = SandboxPaths.from_environment()
    if not is_running(paths):
        _forget(paths)
        tell("nothing runs")
        return
    if stack.platform is not None and now:
        raise CommandError(
            "--now", f"ends the whole sandbox, and stack {stack.name} is a part", "leave it out"
        )
    if not now:
        refuse_protected(stack, deployed(stack))
    if stack.platform is not None:
        _leave(paths, stack, f"its platform {stack.platform} still runs", force_drain=force_drain)
        return
    if not now:
        refuse_with_stacks_on_it(paths, f"stack {stack.name}", but=stack.name)
    if record.exists(paths) and not now:
        stays = f"cluster {CLUSTER} of somebody else's still runs; end it with: {REMOVE_EXISTING}"
        _leave(paths, stack, stays, force_drain=force_drain)
        return
    tools = ensure_tools()
    world = World(paths, tools, stack.region)
    if not now:
        _start(paths, tools, stack)
        cluster = connect(paths.kubeconfig)
        refuse_stranding(stack, deployed(stack), cluster)
        with drained(stack, cluster, force=force_drain):
            _undo(paths, tools, stack)
        _refuse_leftovers(_instances(paths))
        clients = client_maker(stack, paths)
        remove_log_group(stack, clients)
        tell_what_is_left(stack, clients)
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
            lambda: _status_if_it_answers(stack),
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


def _status_if_it_answers(stack: Stack) -> Status:
    """On a busy machine the API server may answer late for once, which is no reason to stop waiting."""
    try:
        return read_status(stack, None)
    except TransportError:
        return Status(stack.name, None, None, SandboxState())


def _leave(paths: SandboxPaths, stack: Stack, stays: str, *, force_drain: bool) -> None:
    """Undo the deployment and nothing else; `stays` says what goes on."""
    if stack.name not in deployed_stacks(paths):
        tell(f"nothing is there of stack {stack.name}; {stays}")
        return
    tools = ensure_tools()
    _start(paths, tools, stack)
    cluster = connect(paths.kubeconfig)
    if stack.adopted_cluster is not None and stack.has_karpenter:
        refuse_stranding(stack, deployed(stack), cluster)
    with drained(stack, cluster, force=force_drain):
        if stack.adopted_cluster is not None:
            remove_namespace(cluster)
        _undo(paths, tools, stack)
    _refuse_leftovers([each for each in _instances(paths) if each["tags"].get(STACK_TAG) == stack.name])
    tell(f"stack {stack.name} is down; {stays}")


def _undo(paths: SandboxPaths, tools: Tools, stack: Stack) -> None:
    environment = child_environment(paths, stack.region)
    run_engine("down", stack.name, paths, environment, tools.path("helm"))


def _instances(paths: SandboxPaths) -> list[dict[str, Any]]:
    """Every instance of the emulated EC2 that has not been terminated."""
    endpoint = aws_endpoint(paths)
    return list(private_api(endpoint, "GET", "instances")) if endpoint else []


def _refuse_leftovers(left: list[dict[str, Any]]) -> None:
    if left:
        names = ", ".join(instance["instance_id"] for instance in left[:5])
        raise CommandError(names, "still there after everything was deleted", "run: eks-efa down --now")


def _forget(paths: SandboxPaths) -> None:
    """Remove the engine's state of a world that is gone; logs stay."""
    shutil.rmtree(paths.stacks, ignore_errors=True)
