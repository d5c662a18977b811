"""An instance as DescribeInstances shows it, with zone id, reservation and network cards."""

from typing import Any

from sandbox.aws.ec2.filters import tag_list
from sandbox.aws.ec2.instances import CardInterface, LaunchedInstance


def describe(instance: LaunchedInstance) -> dict[str, Any]:
    """An instance as DescribeInstances shows it."""
    launch = instance.launch
    placement: dict[str, Any] = {
        "AvailabilityZone": launch.zone,
        "AvailabilityZoneId": launch.zone_id,
        "Tenancy": launch.tenancy,
        "PartitionNumber": launch.partition,
        "GroupName": "",
    }
    if launch.placement_group:
        placement |= {"GroupName": launch.placement_group.name, "GroupId": launch.placement_group.id}
    described: dict[str, Any] = {
        "InstanceId": instance.id,
        "ImageId": instance.image_id,
        "InstanceType": instance.instance_type,
        "LaunchTime": instance.launch_time,
        "State": {"Name": instance.state, "Code": instance.state_code},
        "StateTransitionReason": instance.state_transition_reason,
        "Architecture": instance.architecture,
        "Placement": placement,
        "Tags": tag_list(instance.launch_tags),
        "KeyName": instance.key_name,
        "Monitoring": {"State": instance.monitoring_state},
        "EbsOptimized": True,
        "EnaSupport": True,
        "RootDeviceType": "ebs",
        "RootDeviceName": instance.root_device_name,
        "VirtualizationType": "hvm",
        "InstanceLifecycle": instance.lifecycle,
        "SpotInstanceRequestId": instance.spot_request_id,
        "CapacityReservationId": instance.reservation.id if instance.reservation else None,
        "CapacityReservationSpecification": _reservation(instance),
        "MetadataOptions": _metadata(instance),
        "BlockDeviceMappings": _block_devices(instance),
    }
    if instance.unbootable and not instance.is_live:
        described["StateReason"] = {
            "Code": "Client.InternalError",
            "Message": "Client.InternalError: Client error on launch",
        }
    if launch.profile:
        described["IamInstanceProfile"] = {"Arn": launch.profile.arn, "Id": launch.profile.id}
    if instance.is_live:
        described |= _addresses(instance)
    return described


def _reservation(instance: LaunchedInstance) -> dict[str, Any]:
    preference = instance.launch.reservation_preference
    described: dict[str, Any] = {"CapacityReservationPreference": preference or None}
    if instance.reservation and preference != "open":
        described["CapacityReservationTarget"] = {"CapacityReservationId": instance.reservation.id}
    return described


def _metadata(instance: LaunchedInstance) -> dict[str, Any]:
    options = instance.metadata_options
    return {
        "State": options.state,
        "HttpTokens": options.http_tokens,
        "HttpPutResponseHopLimit": options.http_put_response_hop_limit,
        "HttpEndpoint": options.http_endpoint,
        "HttpProtocolIpv6": options.http_protocol_ipv6,
        "InstanceMetadataTags": options.instance_metadata_tags,
    }


def _block_devices(instance: LaunchedInstance) -> list[dict[str, Any]]:
    return [
        {
            "DeviceName": name,
            "Ebs": {
                "VolumeId": block.volume_id,
                "DeleteOnTermination": block.delete_on_termination,
                "Status": "attached",
            },
        }
        for name, block in instance.get_block_device_mapping
    ]


def _addresses(instance: LaunchedInstance) -> dict[str, Any]:
    launch = instance.launch
    return {
        "SubnetId": launch.subnet.id,
        "VpcId": launch.subnet.vpc_id,
        "PrivateIpAddress": instance.private_ip,
        "PrivateDnsName": instance.private_dns_name,
        "PublicIpAddress": instance.public_ip,
        "SecurityGroups": [
            {"GroupId": group.id, "GroupName": group.name} for group in instance.security_groups
        ],
        "NetworkInterfaces": [_interface(interface) for interface in instance.card_interfaces],
    }


def _interface(interface: CardInterface) -> dict[str, Any]:
    attachment = interface.attachment
    described: dict[str, Any] = {
        "NetworkInterfaceId": interface.id,
        "InterfaceType": interface.interface_type,
        "Status": interface.status,
        "SubnetId": interface.subnet_id,
        "VpcId": interface.vpc_id,
        "OwnerId": interface.owner_id,
        "MacAddress": interface.mac_address,
        "Description": interface.description,
        "SourceDestCheck": interface.source_dest_check,
        "PrivateIpAddress": interface.private_ip_address,
        "PrivateIpAddresses": interface.instance_private_ip_address_list,
        "Groups": [{"GroupId": group.id, "GroupName": group.name} for group in interface.group_set],
    }
    if attachment is not None:
        described["Attachment"] = {
            "AttachmentId": attachment.attachment_id,
            "AttachTime": attachment.attach_time,
            "DeleteOnTermination": attachment.delete_on_termination,
            "DeviceIndex": attachment.device_index,
            "NetworkCardIndex": attachment.network_card_index,
            "Status": attachment.status,
        }
    return described
