"""Instances with network cards, on top of moto's, so that moto's own calls see them too.

moto keeps an instance's interfaces by device index, of which a p5 has two for 32 cards, and gives none a
type. Here they are kept in order and know their card, device and type; only the primary one (key 0) is
looked up by moto.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.ec2.models.elastic_network_interfaces import Attachment, NetworkInterface
from moto.ec2.models.instances import Instance, InstanceState

from sandbox.aws.ec2.network_interfaces import InterfaceSpecification
from sandbox.aws.faults import EBS_KEY
from sandbox.aws.moto_backends import OutsideCloudFormation

if TYPE_CHECKING:
    from sandbox.aws.ec2.capacity_reservations import CapacityReservation
    from sandbox.aws.ec2.launches import Launch
    from sandbox.aws.world import World

ENDS_AFTER = timedelta(seconds=10)
"""How long an instance is pending that cannot begin: Karpenter has its id by then, and hears of its end."""


class CardInterface(OutsideCloudFormation, NetworkInterface):
    """A network interface on a network card. An `efa-only` one has no address."""

    def __init__(self, ec2: Any, subnet: Any, wanted: InterfaceSpecification, address: str | None) -> None:
        """An interface in a subnet, not attached yet. `address` is None for `efa-only`."""
        super().__init__(
            ec2,
            subnet,
            # moto makes an address up where it gets none; that of an EFA-only interface is taken away below.
            address or "",
            device_index=wanted.device,
            public_ip_auto_assign=bool(wanted.public_ip),
            group_ids=list(wanted.groups),
            description=wanted.description,
            delete_on_termination=wanted.delete_on_termination,
        )
        self.interface_type = wanted.kind
        self.network_card_index = wanted.card
        if address is None:
            self.private_ip_address = None
            self.private_ip_addresses = []

    @property
    def attachment(self) -> Attachment | None:
        """How the interface hangs on its instance, with its card."""
        attachment = super().attachment
        if attachment is not None:
            attachment.network_card_index = self.network_card_index
        return attachment

    @property
    def group_set(self) -> Any:
        """The interface's own groups; moto adds those of the instance's primary interface."""
        return self._group_set


class LaunchedInstance(OutsideCloudFormation, Instance):
    """An instance that was launched through a fleet, a node group or RunInstances of this sandbox."""

    def __init__(self, world: "World", launch: "Launch", addresses: Sequence[str | None]) -> None:
        """A new instance, pending or, where no boot delay is ordered, running. One address per interface."""
        self._world = world
        self._launch = launch
        self._addresses = addresses
        super().__init__(
            world.ec2,
            launch.image_id,
            launch.user_data,
            [],
            instance_type=launch.instance_type,
            region_name=world.region,
            subnet_id=launch.subnet.id,
            key_name=launch.key_name,
            ebs_optimized=True,
            monitoring_state="enabled" if launch.monitoring else "disabled",
            metadata_options=launch.metadata_options,
            lifecycle=None if launch.capacity_type == "on-demand" else launch.capacity_type,
            nics=[],
        )
        self.security_groups = list(self.nics[0].group_set)
        self.placement.group_name = launch.placement_group.name if launch.placement_group else ""
        self.placement.tenancy = launch.tenancy
        self.launch_time = world.now()
        self.booted_at: datetime = self.launch_time + timedelta(seconds=world.faults.boot_delay_seconds)
        self.placement_group = launch.placement_group
        self.reservation: CapacityReservation | None = launch.reservation
        self.spot_request_id = f"sir-{uuid4().hex[:8]}" if launch.capacity_type == "spot" else None
        self.launch_template_id = launch.launch_template_id
        self.reservation_id = ""
        refusal = world.faults.refusal(launch.instance_type, launch.zone, launch.bought_as)
        self.unbootable = refusal == EBS_KEY
        self.reclaimed_at: datetime | None = self.launch_time + ENDS_AFTER if self.unbootable else None
        self.ended_at: datetime | None = None
        self.announced_state = ""
        self._state = InstanceState("pending", 0)
        self.boot_if_due()

    @property
    def launch(self) -> "Launch":
        """What was asked for."""
        return self._launch

    @property
    def launch_tags(self) -> dict[str, str]:
        """The instance's tags now, by key."""
        return self._world.ec2.tags.get(self.id, {})

    @property
    def is_live(self) -> bool:
        """Pending or running: EC2 bills for it, its capacity is taken."""
        return self.state in ("pending", "running")

    @property
    def card_interfaces(self) -> list[CardInterface]:
        """The interfaces in the order of the launch, primary first."""
        return [interface for interface in self.nics.values() if isinstance(interface, CardInterface)]

    def boot_if_due(self) -> None:
        """Turn from pending to running once the ordered boot delay is over."""
        if self.state == "pending" and not self.unbootable and self._world.now() >= self.booted_at:
            self._state = InstanceState("running", 16)

    def prep_nics(self, nic_spec: list[dict[str, Any]], *_: Any, **__: Any) -> None:
        """Make the launch's interfaces; moto calls this while the instance is made."""
        self.nics: dict[int, NetworkInterface] = {}
        wanted = sorted(
            zip(self._launch.interfaces, self._addresses, strict=True),
            key=lambda pair: (pair[0].card, pair[0].device),
        )
        for key, (specification, address) in enumerate(wanted):
            interface = CardInterface(self.ec2_backend, self._launch.subnet, specification, address)
            interface.add_tags(dict(self._launch.tags["network-interface"]))
            self.ec2_backend.enis[interface.id] = interface
            self.attach_eni(interface, key)
            interface.device_index = specification.device
            if address is not None:
                self._launch.subnet._subnet_ips[address] = self
