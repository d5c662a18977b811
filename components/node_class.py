"""The spec of an EC2NodeClass: what an instance of a provisioner is made of.

Fields and their rules are those of the CRD of Karpenter 1.14
(https://github.com/aws/karpenter-provider-aws/blob/v1.14.0/pkg/apis/crds/karpenter.k8s.aws_ec2nodeclasses.yaml).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.launch_template import ROOT_DEVICE
from components.storage import uses_instance_store
from knowledge.efa_interfaces import InterfacePlan, for_node_class
from knowledge.hardware import InstanceType
from knowledge.user_data import StorageOptions, user_data
from settings.nodes import AmiSettings, ProvisionerSettings

SecurityGroupIds = Sequence[pulumi.Input[str]] | pulumi.Output[Sequence[str]]
"""Where they are another stack's, how many there are is known only with that stack's outputs."""


def node_class_spec(
    settings: ProvisionerSettings,
    instance_types: Sequence[InstanceType],
    *,
    interfaces: InterfacePlan | None,
    node_role_name: pulumi.Input[str],
    subnet_id: pulumi.Input[str],
    security_group_ids: SecurityGroupIds,
    placement_group_name: pulumi.Input[str] | None,
    tags: Mapping[str, str],
) -> dict[str, Any]:
    """Build the spec; without `interfaces` Karpenter lays them out itself when a pod asks for EFA.

    Subnet and security groups go by id, because what a tag finds can change behind our back.
    """
    spec: dict[str, Any] = {
        "amiFamily": "AL2023",
        "amiSelectorTerms": [_ami_term(settings.ami)],
        "role": node_role_name,
        "subnetSelectorTerms": [{"id": subnet_id}],
        "securityGroupSelectorTerms": _terms(security_group_ids),
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpProtocolIPv6": "disabled",
            "httpPutResponseHopLimit": 1,
            "httpTokens": "required",
        },
        "blockDeviceMappings": [_root_volume(settings)],
        "tags": dict(tags),
    }
    if interfaces is not None:
        spec["networkInterfaces"] = for_node_class(interfaces, instance_types[0])
    if placement_group_name is not None:
        spec["placementGroupSelector"] = {"name": placement_group_name}
    if settings.reservation_ids:
        spec["capacityReservationSelectorTerms"] = [{"id": each} for each in settings.reservation_ids]
    if uses_instance_store(settings.storage, instance_types):
        spec["instanceStorePolicy"] = "RAID0"
    # Karpenter adds a NodeConfig of its own, with all but this, and nodeadm merges them.
    storage = StorageOptions(parallel_image_pull=settings.storage.parallel_image_pull)
    if told := user_data(storage=storage, install_efa=not settings.ami.installs_efa):
        spec["userData"] = told
    return spec


def _ami_term(ami: AmiSettings) -> dict[str, str]:
    """One alias serves every type: for NVIDIA GPUs Karpenter takes the release's NVIDIA image."""
    if ami.id is not None:
        return {"id": ami.id}
    return {"alias": f"al2023@{ami.release or 'latest'}"}


def _root_volume(settings: ProvisionerSettings) -> dict[str, Any]:
    return {
        "deviceName": ROOT_DEVICE,
        "ebs": {
            "volumeSize": f"{settings.disk_gib}Gi",
            "volumeType": "gp3",
            "iops": settings.storage.iops,
            "throughput": settings.storage.throughput,
            "encrypted": True,
            "deleteOnTermination": True,
        },
    }


def _terms(group_ids: SecurityGroupIds) -> pulumi.Input[list[dict[str, pulumi.Input[str]]]]:
    if isinstance(group_ids, pulumi.Output):
        return group_ids.apply(lambda known: [{"id": group_id} for group_id in known])
    return [{"id": group_id} for group_id in group_ids]
