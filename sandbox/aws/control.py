"""The sandbox's own calls under `/_sandbox/`: what no AWS has, for the joiner, the command line and tests.

All JSON.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.aws import state_changes
from sandbox.aws.errors import AwsError
from sandbox.aws.machine_view import machine_view
from sandbox.aws.wire import Response
from sandbox.aws.world import World

PREFIX = "/_sandbox/"

Document = Mapping[str, Any]


def answer(world: World, method: str, path: str, body: bytes) -> Response:
    """Answer one call. The caller holds the world's lock."""
    handler = _ROUTES.get((method, path.removeprefix(PREFIX)))
    if handler is None:
        routes = ", ".join(f"{verb} {PREFIX}{name}" for verb, name in _ROUTES)
        return _json(404, {"error": f"{method} {path}: no such call; there are {routes}"})
    try:
        return _json(200, handler(world, _document(body)))
    except KeyError as error:
        return _json(400, {"error": f"{path}: {error.args[0]} is missing"})
    except (ValueError, AwsError) as error:
        return _json(400, {"error": f"{path}: {error}"})


def _document(body: bytes) -> Document:
    document = json.loads(body) if body else {}
    if isinstance(document, dict):
        return document
    raise ValueError("expected a JSON object")


def _health(world: World, _: Document) -> Any:
    return {"status": "ok", "region": world.region, "account": world.account}


def _instances(world: World, _: Document) -> Any:
    return [machine_view(world, one) for one in world.instances.values() if one.state != "terminated"]


def _put_cluster(world: World, document: Document) -> Any:
    name = str(document["name"])
    world.control_planes[name] = (str(document["endpoint"]), str(document["certificate_authority"]))
    return {"name": name}


def _get_faults(world: World, _: Document) -> Any:
    return world.faults.as_json()


def _put_faults(world: World, document: Document) -> Any:
    world.faults.replace(document)
    return world.faults.as_json()


def _delete_faults(world: World, _: Document) -> Any:
    return _put_faults(world, {})


def _calls(world: World, _: Document) -> Any:
    return world.calls.as_json()


def _reset_calls(world: World, _: Document) -> Any:
    world.calls.reset()
    return {}


def _interrupt(world: World, document: Document) -> Any:
    """`kind`: `terminate`, the default, at once and unannounced; `spot`, by a warning two minutes ahead."""
    instance_id, kind = str(document["instance_id"]), str(document.get("kind", "terminate"))
    instance = world.instances.get(instance_id)
    if instance is None or not instance.is_live:
        raise ValueError(f"{instance_id} is no pending or running instance")
    if kind == "spot":
        state_changes.warn_of_interruption(world, instance)
    elif kind == "terminate":
        world.ec2.terminate_instances([instance_id])
    else:
        raise ValueError(f"kind {kind!r} is unknown; allowed are terminate and spot")
    return {"instance_id": instance_id, "state": instance.state}


_ROUTES: Mapping[tuple[str, str], Callable[[World, Document], Any]] = {
    ("GET", "health"): _health,
    ("GET", "instances"): _instances,
    ("PUT", "cluster"): _put_cluster,
    ("GET", "faults"): _get_faults,
    ("PUT", "faults"): _put_faults,
    ("DELETE", "faults"): _delete_faults,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _reset_calls,
    ("POST", "interrupt"): _interrupt,
}


def _json(status: int, document: Any) -> Response:
    return Response(status, json.dumps(document).encode(), "application/json")
