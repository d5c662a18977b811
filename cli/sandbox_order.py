"""What may come and go beside what else: a sandbox has one control plane, and so one cluster at a time.

It is that of a stack, on which other stacks may live, or that of somebody else (`eks-efa existing-cluster`),
which stacks may adopt. Whoever owns the cluster comes first and goes last.
"""

from cli.errors import CommandError
from cli.sandbox_state import deployed_stacks, is_running
from cli.stacks import Stack, find_stack
from sandbox.paths import SandboxPaths
from sandbox.stranger import record
from sandbox.stranger.names import CLUSTER, REGION
from settings.stack_file import StackFileError

MAKE_EXISTING = "eks-efa existing-cluster"
REMOVE_EXISTING = f"{MAKE_EXISTING} --down"


def refuse_before_its_turn(paths: SandboxPaths, stack: Stack) -> None:
    """CommandError where the cluster that the stack needs is not there, or another one is.

    A world would be started in vain then, and one of another region would take the place of the one there.
    """
    if stack.platform is not None:
        _refuse_without_platform(paths, stack, stack.platform)
    elif stack.adopted_cluster is not None:
        _refuse_without_cluster(paths, stack)
    elif record.exists(paths):
        fault = f"makes a cluster, and this sandbox has cluster {CLUSTER} of somebody else's"
        raise CommandError(f"stack {stack.name}", fault, f"run first: {REMOVE_EXISTING}")


def refuse_beside_own_cluster(paths: SandboxPaths) -> None:
    """CommandError where a stack is up that has made a cluster: there is no place for somebody else's."""
    owners = [name for name in deployed_stacks(paths) if _has_own_cluster(name)]
    if owners:
        fault = f"stack {owners[0]} has a cluster in this sandbox, which has room for one"
        raise CommandError(f"cluster {CLUSTER}", fault, f"run first: eks-efa down --stack {owners[0]}")


def refuse_with_stacks_on_it(paths: SandboxPaths, what: str, but: str | None = None) -> None:
    """CommandError where stacks are up that live on the cluster; `but` is the one that may."""
    tenants = [name for name in deployed_stacks(paths) if name != but]
    if tenants:
        fault = f"{', '.join(tenants)} still on its cluster"
        cure = " and ".join(f"eks-efa down --stack {name}" for name in tenants)
        raise CommandError(what, fault, f"run first: {cure}")


def _refuse_without_platform(paths: SandboxPaths, stack: Stack, platform: str) -> None:
    if not is_running(paths) or platform not in deployed_stacks(paths):
        fault = f"its platform, stack {platform}, is not up in this sandbox"
        raise CommandError(f"stack {stack.name}", fault, f"run: eks-efa up --stack {platform}")
    region = find_stack(platform).region
    if stack.region != region:
        fault = f"is in {stack.region}, but its platform {platform} in {region}"
        raise CommandError(f"stack {stack.name}", fault, f"set aws:region {region}")


def _refuse_without_cluster(paths: SandboxPaths, stack: Stack) -> None:
    """Whether the cluster is the one that the stack means is for the program to say."""
    if not is_running(paths) or not (record.exists(paths) or deployed_stacks(paths)):
        fault = f"adopts cluster {stack.adopted_cluster}, and this sandbox has none"
        raise CommandError(f"stack {stack.name}", fault, f"run first: {MAKE_EXISTING}")
    if record.exists(paths) and stack.region != REGION:
        fault = f"is in {stack.region}, but cluster {CLUSTER} in {REGION}"
        raise CommandError(f"stack {stack.name}", fault, f"set aws:region {REGION}")


def _has_own_cluster(name: str) -> bool:
    try:
        stack = find_stack(name)
    except StackFileError:
        return True
    return stack.platform is None and stack.adopted_cluster is None
