"""Instances of the emulated EC2, as its private API lists them for those who make nodes of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

EFA_TYPES = ("efa", "efa-only")


@dataclass(frozen=True)
class NetworkInterface:
    """A network interface that an instance really has."""

    kind: str
    """EC2's InterfaceType: `interface`, `efa` or `efa-only`."""
    card: int
    device: int


@dataclass(frozen=True)
class Machine:
    """An instance: what of it decides what its node looks like."""

    instance_id: str
    instance_type: str
    zone: str
    zone_id: str
    state: str
    """EC2's state; `pending` until it has booted."""
    private_ip: str
    private_dns: str
    image_id: str
    interfaces: tuple[NetworkInterface, ...]
    cluster: str | None
    """Name of its EKS cluster."""
    node_group: str | None
    """The managed node group it belongs to, if any."""
    vpc_cni_has_rights: bool
    """Whether the VPC CNI may hand out addresses on it, without which its node does not become Ready."""
    tags: Mapping[str, str]

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> "Machine":
        """Read one element of the answer to `GET /_sandbox/instances`."""
        return cls(
            instance_id=view["instance_id"],
            instance_type=view["instance_type"],
            zone=view["zone"],
            zone_id=view["zone_id"],
            state=view["state"],
            private_ip=view["private_ip"],
            private_dns=view["private_dns"],
            image_id=view["image_id"],
            interfaces=tuple(
                NetworkInterface(item["type"], item["card"], item["device"]) for item in view["interfaces"]
            ),
            cluster=view.get("cluster"),
            node_group=view.get("node_group"),
            vpc_cni_has_rights=view["vpc_cni_has_rights"],
            tags=view["tags"],
        )

    @property
    def provider_id(self) -> str:
        """The `spec.providerID` of its node."""
        return f"aws:///{self.zone}/{self.instance_id}"

    @property
    def is_of_karpenter(self) -> bool:
        """Whether Karpenter launched it, and so has a NodeClaim for it."""
        return "karpenter.sh/nodepool" in self.tags

    @property
    def efa_interfaces(self) -> int:
        """How many interfaces carry an EFA device."""
        return sum(1 for interface in self.interfaces if interface.kind in EFA_TYPES)

    @property
    def efa_only_on_card_0(self) -> int:
        """How many interfaces of card 0 have no address to give to pods."""
        return sum(1 for item in self.interfaces if item.card == 0 and item.kind == "efa-only")


class MachineList:
    """Asks for the instances again and again, over one connection, and reads the answer only if it is new."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self._endpoint = ""
        self._connection: HTTPConnection | None = None
        self._answer = b""
        self._machines: dict[str, Machine] = {}

    def read(self, endpoint: str) -> dict[str, Machine]:
        """Every pending or running instance by id. Raises OSError while the emulated AWS does not answer."""
        if endpoint != self._endpoint:
            self._endpoint, self._answer = endpoint, b""
            self._connection = None
        answer = self._get()
        if answer != self._answer:
            self._machines = parse_machines(json.loads(answer))
            self._answer = answer
        return self._machines

    def _get(self) -> bytes:
        address = urlsplit(self._endpoint)
        if self._connection is None:
            self._connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
        try:
            self._connection.request("GET", "/_sandbox/instances")
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            self._connection = None
            raise ConnectionError(str(error)) from error
        if response.status != 200:
            raise ConnectionError(f"{self._endpoint}: status {response.status}")
        return body


def parse_machines(views: Iterable[Mapping[str, Any]]) -> dict[str, Machine]:
    """The answer to `GET /_sandbox/instances`, by instance id."""
    machines = [Machine.from_view(view) for view in views]
    return {machine.instance_id: machine for machine in machines}
