"""Instances as the emulated AWS lists them, and what their types are made of."""

from typing import Any

from knowledge.hardware import InstanceType
from sandbox.world.machines import Machine
from tests.knowledge.moto_instance_types import any_type

P4D_INTERFACES = [("efa", 0, 0), *(("efa", card, 1) for card in range(1, 4))]
P5_INTERFACES = [("interface", 0, 0), ("efa-only", 0, 1), *(("efa-only", card, 0) for card in range(1, 32))]


def view(
    instance_type: str = "p4d.24xlarge",
    interfaces: list[tuple[str, int, int]] = P4D_INTERFACES,
    number: int = 4,
    **changes: Any,
) -> dict[str, Any]:
    """One element of `GET /_sandbox/instances`."""
    return {
        "instance_id": f"i-{number:017x}",
        "instance_type": instance_type,
        "zone": "us-west-2a",
        "zone_id": "usw2-az2",
        "state": "running",
        "private_ip": f"10.0.0.{number}",
        "private_dns": f"ip-10-0-0-{number}.us-west-2.compute.internal",
        "image_id": "ami-0123456789abcdef0",
        "interfaces": [
            {"id": f"eni-{index:017x}", "type": kind, "card": card, "device": device}
            for index, (kind, card, device) in enumerate(interfaces)
        ],
        "cluster": "demo",
        "node_group": None,
        "vpc_cni_has_rights": True,
        "tags": {"karpenter.sh/nodepool": "gpu"},
        **changes,
    }


def machine(*arguments: Any, **changes: Any) -> Machine:
    return Machine.from_view(view(*arguments, **changes))


def hardware(name: str) -> InstanceType:
    return any_type(name)
