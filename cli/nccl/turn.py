"""One NCCL test at a time: two would share nodes and interfaces, and measure each other.

A Lease says whose turn it is, as with the controllers of Kubernetes: who has it renews it, and who finds
one that nobody renews takes it over, for its owner was killed. Only the owner of the turn removes runs, so
none is taken from under a test that goes on. Clocks of two machines are not compared: a Lease is believed
dead once it has not changed for `LEASE_SECONDS` of the own clock (as tools/leaderelection of client-go does).
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2
from lightkube.core.exceptions import ApiError
from lightkube.models.coordination_v1 import LeaseSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.coordination_v1 import Lease

from cli.cluster import NOT_FOUND, Cluster
from cli.console import tell
from cli.errors import CommandError
from cli.waiting import Clock, Ending, wait_until

LEASE = "nccl-turn"
LEASE_SECONDS = 15
RENEW_SECONDS = 3.0
CONFLICT = 409


@contextmanager
def turn(cluster: Cluster, show: Callable[[str, float], None], clock: Clock | None = None) -> Iterator[None]:
    """Have the turn, from its beginning to its end; raises CommandError where another has it.

    `show` is told what is waited for, with the seconds: a Lease that may be a dead one's is watched first.
    """
    mine = take(cluster, show, clock)
    stop = threading.Event()
    renewing = threading.Thread(target=_renew, args=(cluster, holder_of(mine), stop), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        stop.set()
        renewing.join()
        try:
            release(cluster, holder_of(mine))
        except httpx2.HTTPError as error:  # the verdict, or what went wrong before, is not lost by it
            tell(f"the turn could not be given back ({error}); it ends by itself in {LEASE_SECONDS} s")


def take(cluster: Cluster, show: Callable[[str, float], None], clock: Clock | None = None) -> Lease:
    """Create the Lease, or take over one that nobody renews."""
    found = current(cluster)
    if found is None:
        return _create(cluster)
    waited = wait_until(
        lambda: current(cluster),
        lambda seen: seen is None or renewed(seen) != renewed(found),
        show=lambda _, seconds: show(f"whether the test of {holder_of(found)} still goes on", seconds),
        patience_seconds=LEASE_SECONDS,
        clock=clock,
    )
    if waited.last is None:
        return _create(cluster)
    if waited.ending is Ending.DONE:
        raise _taken(waited.last)
    try:
        taken = Lease(metadata=waited.last.metadata, spec=_spec(datetime.now(UTC)))
        return cluster.client.replace(taken)
    except ApiError as error:
        if error.status.code == CONFLICT:
            raise _taken(current(cluster) or Lease()) from error
        raise


def release(cluster: Cluster, holder: str) -> None:
    """Give the turn back; nothing to do where it is another's by now, or where the namespace is gone."""
    found = current(cluster)
    if found is not None and holder_of(found) == holder:
        cluster.client.delete(Lease, LEASE, namespace=cluster.nccl_namespace)


def current(cluster: Cluster) -> Lease | None:
    """The Lease as it is now."""
    try:
        return cluster.client.get(Lease, LEASE, namespace=cluster.nccl_namespace)
    except ApiError as error:
        if error.status.code == NOT_FOUND:
            return None
        raise


def holder_of(lease: Lease) -> str:
    """Whose turn a Lease says that it is."""
    return (lease.spec.holderIdentity if lease.spec else None) or "someone"


def renewed(lease: Lease) -> tuple[str, datetime | None]:
    """What changes as long as the owner lives."""
    return holder_of(lease), lease.spec.renewTime if lease.spec else None


def _create(cluster: Cluster) -> Lease:
    metadata = ObjectMeta(
        name=LEASE, namespace=cluster.nccl_namespace, labels={"app.kubernetes.io/managed-by": "eks-efa"}
    )
    try:
        return cluster.client.create(Lease(metadata=metadata, spec=_spec(datetime.now(UTC))))
    except ApiError as error:
        if error.status.code == CONFLICT:
            raise _taken(current(cluster) or Lease()) from error
        raise


def _renew(cluster: Cluster, holder: str, stop: threading.Event) -> None:
    """Renew until told to stop, or until the turn is another's: then its runs go, and `look` sees that.

    The Lease is read anew each time: after an answer that got lost nobody knows which version is the last.
    """
    while not stop.wait(RENEW_SECONDS):
        try:
            found = current(cluster)
            if found is None or holder_of(found) != holder:
                return
            spec = _spec(found.spec.acquireTime if found.spec else None)
            cluster.client.replace(Lease(metadata=found.metadata, spec=spec))
        except httpx2.HTTPError:
            continue  # a server that is busy, or starts anew, is asked again


def _spec(acquired: datetime | None) -> LeaseSpec:
    return LeaseSpec(
        holderIdentity=f"{socket.gethostname()}, process {os.getpid()}",
        leaseDurationSeconds=LEASE_SECONDS,
        acquireTime=acquired,
        renewTime=datetime.now(UTC),
    )


def _taken(lease: Lease) -> CommandError:
    since = lease.spec.acquireTime if lease.spec else None
    when = f" since {since:%H:%M:%S} UTC" if since else ""
    fault = f"a test of {holder_of(lease)} runs in this cluster{when}"
    return CommandError("nccl", fault, "wait for its end, for two would measure each other")
