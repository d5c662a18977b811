"""Functions about what nodes are launched with: key pairs, Capacity Blocks, the key of volumes."""

from typing import Any

from sandbox.engine.functions.filters import ec2_filters, only, plain_tags
from sandbox.engine.handlers.ec2_tags import ec2_arn, where
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def get_key_pair(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getKeyPair:getKeyPair`."""
    call: dict[str, Any] = {"Filters": ec2_filters(arguments)}
    if "keyName" in arguments:
        call["KeyNames"] = [arguments["keyName"]]
    if "keyPairId" in arguments:
        call["KeyPairIds"] = [arguments["keyPairId"]]
    pair: Any = only(world.ec2.describe_key_pairs(**call)["KeyPairs"], "Key Pair")
    return {
        **arguments,
        "id": pair["KeyPairId"],
        "arn": ec2_arn(world, "key-pair", pair["KeyPairId"]),
        "createTime": _time(pair.get("CreateTime")),
        "fingerprint": pair["KeyFingerprint"],
        "keyName": pair["KeyName"],
        "keyPairId": pair["KeyPairId"],
        "keyType": pair.get("KeyType", ""),
        "publicKey": pair.get("PublicKey", ""),
        "region": world.region,
        "tags": plain_tags(pair),
    }


def get_default_kms_key(world: World, arguments: Properties) -> Properties:
    """`aws:ebs/getDefaultKmsKey:getDefaultKmsKey`: AWS's own, as in an account that has set none."""
    return {**arguments, "id": world.region, "keyArn": "alias/aws/ebs", "region": world.region}


def get_capacity_block_reservation(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getCapacityBlockReservation:getCapacityBlockReservation`; other reservations are not found."""
    call: dict[str, Any] = {"CapacityReservationIds": [arguments["id"]]} if "id" in arguments else {}
    filters = [*ec2_filters(arguments), where("reservation-type", "capacity-block")]
    found = world.ec2.describe_capacity_reservations(**call, Filters=filters)["CapacityReservations"]
    block: Any = only(found, "Capacity Block Reservation")
    return {
        **arguments,
        "id": block["CapacityReservationId"],
        "arn": block["CapacityReservationArn"],
        "availabilityZone": block["AvailabilityZone"],
        "availabilityZoneId": block["AvailabilityZoneId"],
        "availableInstanceCount": block["AvailableInstanceCount"],
        "capacityBlockId": block.get("CapacityBlockId", ""),
        "commitmentInfo": {"commitmentEndDate": "", "committedInstanceCount": 0},
        "createdDate": _time(block["CreateDate"]),
        "deliveryPreference": block.get("DeliveryPreference", ""),
        "ebsOptimized": block["EbsOptimized"],
        "endDate": _time(block.get("EndDate")),
        "endDateType": block["EndDateType"],
        "instanceCount": block["TotalInstanceCount"],
        "instanceMatchCriteria": block["InstanceMatchCriteria"],
        "instancePlatform": block["InstancePlatform"],
        "instanceType": block["InstanceType"],
        "interruptibleCapacityAllocation": {
            "instanceCount": 0,
            "interruptibleCapacityReservationId": "",
            "interruptionType": "",
            "status": "",
            "targetInstanceCount": 0,
        },
        "interruptionInfo": {"interruptionType": "", "sourceCapacityReservationId": ""},
        "outpostArn": "",
        "ownerId": block["OwnerId"],
        "placementGroupArn": "",
        "region": world.region,
        "reservationType": block["ReservationType"],
        "startDate": _time(block.get("StartDate")),
        "state": block["State"],
        "tags": plain_tags(block),
        "tenancy": block["Tenancy"],
    }


def _time(moment: Any) -> str:
    """A moment as the provider writes it; empty for one that is not known."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
