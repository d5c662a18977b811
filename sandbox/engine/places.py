"""Where a stack's resources live. An emulated AWS or a control plane that was started anew is empty: what the
state says of the old one is void, and is made again rather than updated in vain."""

import uuid

from botocore.exceptions import ClientError

from sandbox.engine.state import Record, StackState
from sandbox.engine.world import World

MARKER = "/eks-efa-sandbox/instance"
"""SSM parameter that the engine leaves in an emulated account to know it again."""

KUBERNETES = "kubernetes:"


def account_instance(world: World, *, mark: bool) -> str:
    """What tells this emulated account from one started before; empty where it is new and `mark` is False."""
    try:
        return world.ssm.get_parameter(Name=MARKER)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
    if not mark:
        return ""
    instance = uuid.uuid4().hex
    world.ssm.put_parameter(Name=MARKER, Value=instance, Type="String")
    return instance


def forget_what_is_gone(state: StackState, world: World, *, mark: bool) -> list[str]:
    """Drop records of places that were started anew; one line for each such place.

    `mark` leaves a marker in a new account; without it nothing is touched, and nothing is asked on behalf of
    an empty state.
    """
    notes: list[str] = []
    if not mark and not any(state):
        return notes
    account = account_instance(world, mark=mark)
    known = state.places.get("aws")
    if known is not None and known != account:
        gone = _drop(state, kubernetes=False)
        notes.append(f"the emulated AWS was started anew: {gone} resources of the one before are made again")
    state.places["aws"] = account
    if any(record.type.startswith(KUBERNETES) for record in state):
        cluster = world.kubernetes.instance()
        known = state.places.get("kubernetes")
        if known is not None and known != cluster:
            gone = _drop(state, kubernetes=True)
            notes.append(
                f"the control plane was started anew: {gone} objects of the one before are made again"
            )
        state.places["kubernetes"] = cluster
    return notes


def note_control_plane(state: StackState, world: World) -> None:
    """Remember which control plane the first objects were made in."""
    if "kubernetes" not in state.places and any(record.type.startswith(KUBERNETES) for record in state):
        state.places["kubernetes"] = world.kubernetes.instance()


def _drop(state: StackState, *, kubernetes: bool) -> int:
    """Forget every record of one place; components stay, they are nowhere."""

    def lives_there(record: Record) -> bool:
        return record.type.startswith(KUBERNETES) == kubernetes and record.custom

    gone = [record for record in state if lives_there(record)]
    state.remove(gone)
    return len(gone)
