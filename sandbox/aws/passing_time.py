"""What happens by itself as time passes: boots end, reservations end, node groups replace what was lost.

It is caught up with before each call is answered. Nobody can see the state without a call, so no thread is
needed, and a test that moves the clock sees the effect in its next call.
"""

from datetime import timedelta

from sandbox.aws import moto_backends, state_changes
from sandbox.aws.ec2.capacity_reservations import CAPACITY_BLOCK, RECLAIM_BEFORE_END
from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.world import World

REMEMBERED = timedelta(hours=1)
"""How long EC2 shows an instance after its termination."""


def catch_up(world: World) -> None:
    """Bring the world up to its clock's time. The caller holds the world's lock."""
    now = world.now()
    for instance in list(world.instances.values()):
        instance.boot_if_due()
        if instance.is_live and _is_reclaimed(world, instance):
            world.ec2.terminate_instances([instance.id])
    state_changes.announce(world)
    for cluster in world.clusters.values():
        for group in cluster.node_groups.values():
            group.reconcile(world)
    for instance in list(world.instances.values()):
        if instance.ended_at is not None and now - instance.ended_at > REMEMBERED:
            del world.instances[instance.id]
            del world.ec2.reservations[instance.reservation_id]
            world.ec2.tags.pop(instance.id, None)
            moto_backends.forget_the_dead()


def _is_reclaimed(world: World, instance: LaunchedInstance) -> bool:
    """Whether EC2 takes the instance back now: after a spot warning, or before its Capacity Block ends."""
    if instance.reclaimed_at is not None and world.now() >= instance.reclaimed_at:
        return True
    reservation = instance.reservation
    if reservation is None or reservation.kind != CAPACITY_BLOCK or reservation.end is None:
        return False
    return world.now() >= reservation.end - RECLAIM_BEFORE_END
