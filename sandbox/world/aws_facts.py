"""What the world has to know of the emulated AWS beyond the list of instances, asked once and remembered."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from knowledge.hardware import InstanceType
from sandbox.environment import ACCESS_KEY

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_eks import EKSClient

POD_IDENTITY_AGENT = "eks-pod-identity-agent"
"""The addon that hands out the credentials; without it an association is of no use."""


class AwsFacts:
    """Questions to one emulated AWS. Raises botocore's errors where it does not answer."""

    def __init__(self, endpoint: str, region: str) -> None:
        """Make the clients, which takes up to half a second; nothing is asked yet."""
        self.endpoint = endpoint
        # Spelt out, so that no environment and no file can lead to an account that exists.
        session = boto3.Session(ACCESS_KEY, ACCESS_KEY, region_name=region)
        config = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 3})
        self._ec2: EC2Client = session.client("ec2", endpoint_url=endpoint, config=config)
        self._eks: EKSClient = session.client("eks", endpoint_url=endpoint, config=config)
        self._hardware: dict[str, InstanceType] = {}
        self._images: dict[str, str] = {}

    def hardware(self, instance_type: str) -> InstanceType:
        """What the type is made of."""
        if instance_type not in self._hardware:
            answer = self._ec2.describe_instance_types(
                Filters=[{"Name": "instance-type", "Values": [instance_type]}]
            )
            self._hardware[instance_type] = InstanceType.from_description(answer["InstanceTypes"][0])
        return self._hardware[instance_type]

    def image_name(self, image_id: str) -> str:
        """Name of a machine image; empty where it is unknown."""
        if image_id not in self._images:
            images = self._ec2.describe_images(Filters=[{"Name": "image-id", "Values": [image_id]}])["Images"]
            self._images[image_id] = images[0].get("Name", "") if images else ""
        return self._images[image_id]

    def node_group(self, cluster: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """DescribeNodegroup's answer, and the data of its launch template (empty without one)."""
        group = self._eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        template = group.get("launchTemplate")
        if not template:
            return dict(group), {}
        versions = self._ec2.describe_launch_template_versions(
            LaunchTemplateId=template["id"], Versions=[template["version"]]
        )["LaunchTemplateVersions"]
        return dict(group), dict(versions[0]["LaunchTemplateData"])

    def gives_credentials(self, namespace: str, service_account: str) -> bool:
        """Whether EKS Pod Identity would give the pods of a service account credentials.

        A sandbox has one control plane, so whatever EKS cluster there is stands for it.
        """
        return any(
            self._has_agent(cluster)
            and self._eks.list_pod_identity_associations(
                clusterName=cluster, namespace=namespace, serviceAccount=service_account
            )["associations"]
            for cluster in self._eks.list_clusters()["clusters"]
        )

    def _has_agent(self, cluster: str) -> bool:
        return POD_IDENTITY_AGENT in self._eks.list_addons(clusterName=cluster)["addons"]
