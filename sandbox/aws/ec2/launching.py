"""The launch itself: an instance with its addresses, tags and volumes, known to this sandbox and to moto."""

from collections.abc import Sequence
from typing import Any

from moto.ec2.models.instances import Reservation
from moto.ec2.utils import random_reservation_id

from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.ec2.launches import Launch
from sandbox.aws.errors import AwsError
from sandbox.aws.world import World


def start(world: World, launch: Launch) -> LaunchedInstance:
    """Launch one instance. `capacity.check` has said that there is room; addresses are taken here."""
    instance = LaunchedInstance(world, launch, _take_addresses(launch))
    instance.add_tags(dict(launch.tags["instance"]))
    if launch.launch_template_id:
        instance.add_tags(
            {
                "aws:ec2launchtemplate:id": launch.launch_template_id,
                "aws:ec2launchtemplate:version": str(launch.launch_template_version),
            }
        )
    world.instances[instance.id] = instance
    reservation = Reservation(random_reservation_id(), owner_id=world.account)
    reservation.instances.append(instance)
    instance.reservation_id = reservation.id
    world.ec2.reservations[reservation.id] = reservation
    # Last: moto looks the instance up by its id to attach a volume.
    _attach_volumes(world, instance)
    return instance


def _take_addresses(launch: Launch) -> Sequence[str | None]:
    # moto wants to know whose address it is; the instance takes it over when its interfaces are made.
    subnet: Any = launch.subnet
    taken: list[str] = []
    addresses: list[str | None] = []
    for interface in launch.interfaces:
        if not interface.has_addresses:
            addresses.append(None)
            continue
        try:
            address = subnet.get_available_subnet_ip(None)
        except (StopIteration, RuntimeError) as error:
            for free in taken:
                subnet.del_subnet_ip(free)
            message = f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the request."
            raise AwsError("InsufficientFreeAddressesInSubnet", message) from error
        taken.append(address)
        addresses.append(address)
    return addresses


def _attach_volumes(world: World, instance: LaunchedInstance) -> None:
    for mapping in instance.launch.block_devices or ({"DeviceName": "/dev/xvda", "Ebs": {}},):
        disk = mapping.get("Ebs")
        if disk is None:
            continue
        instance.add_block_device(
            size=int(disk.get("VolumeSize") or 20),
            device_path=str(mapping["DeviceName"]),
            snapshot_id=None,
            encrypted=bool(disk.get("Encrypted")),
            delete_on_termination=bool(disk.get("DeleteOnTermination", True)),
            kms_key_id=disk.get("KmsKeyId"),
            volume_type=str(disk.get("VolumeType") or "gp3"),
        )
    for _, device in instance.get_block_device_mapping:
        world.ec2.create_tags([device.volume_id], dict(instance.launch.tags["volume"]))
