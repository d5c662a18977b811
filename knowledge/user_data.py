"""User data of a node: nodeadm's NodeConfig and, for images that lack it, the EFA driver.

A managed node group on an EKS image gets the cluster's details from EKS, which appends a NodeConfig of its
own to this one; on an image named by id it appends nothing, and the details must be given here (EKS user
guide, launch-templates, "Specifying an AMI"). Karpenter always appends its own. So a script belongs in a part
of its own, and every part in one MIME document. cloud-init runs the script before nodeadm starts the kubelet.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.efa_installer import install_script

API_VERSION = "node.eks.aws/v1alpha1"
"""Of a NodeConfig, which is read as YAML, of which JSON is a part. Its fields: nodeadm/api/v1alpha1 and, for
the feature gates, nodeadm/internal/api of awslabs/amazon-eks-ami."""

BOUNDARY = "//"
"""As in EKS's documentation; it must not occur as a line `--//` in any part."""


@dataclass(frozen=True)
class ClusterDetails:
    """What nodeadm must be told where nobody adds it: with an image of your own in a managed node group."""

    name: str
    api_server_endpoint: str
    certificate_authority: str
    """Base64, as EKS gives it."""
    service_cidr: str
    """Range of Service addresses; nodeadm takes the DNS server's address from it."""


@dataclass(frozen=True)
class KubeletOptions:
    """Kubelet settings of a node."""

    max_pods: int | None = None
    """None: as nodeadm counts, which takes every interface of card 0 for one that has addresses."""
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[str] = ()
    """As `key=value:Effect`."""


@dataclass(frozen=True)
class StorageOptions:
    """What nodeadm does to disks and images before the kubelet starts."""

    raid0: bool = False
    """Join the disks of the instance store, and put what containers need there."""
    parallel_image_pull: bool = False


def user_data(
    *,
    kubelet: KubeletOptions | None = None,
    cluster: ClusterDetails | None = None,
    storage: StorageOptions | None = None,
    install_efa: bool = False,
) -> str:
    """MIME multipart document as plain text; empty where there is nothing to say.

    A launch template wants it in base64; an EC2NodeClass as it is.
    """
    parts = []
    if install_efa:
        parts.append(_part('text/x-shellscript; charset="us-ascii"', install_script()))
    spec = _spec(kubelet or KubeletOptions(), cluster, storage or StorageOptions())
    if spec:
        config = json.dumps({"apiVersion": API_VERSION, "kind": "NodeConfig", "spec": spec}, indent=2)
        parts.append(_part("application/node.eks.aws", config + "\n"))
    if not parts:
        return ""
    head = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\n\n'
    return head + "".join(parts) + f"--{BOUNDARY}--\n"


def _part(content_type: str, content: str) -> str:
    return f"--{BOUNDARY}\nContent-Type: {content_type}\n\n{content}\n"


def _spec(kubelet: KubeletOptions, cluster: ClusterDetails | None, storage: StorageOptions) -> dict[str, Any]:
    """The spec of a NodeConfig; empty where there is nothing to say."""
    options: dict[str, Any] = {}
    if kubelet.max_pods is not None:
        options["config"] = {"maxPods": kubelet.max_pods}
    flags = []
    if kubelet.labels:
        flags.append(
            "--node-labels=" + ",".join(f"{key}={value}" for key, value in sorted(kubelet.labels.items()))
        )
    if kubelet.taints:
        flags.append("--register-with-taints=" + ",".join(kubelet.taints))
    if flags:
        options["flags"] = flags
    spec: dict[str, Any] = {"kubelet": options} if options else {}
    if cluster is not None:
        spec["cluster"] = {
            "name": cluster.name,
            "apiServerEndpoint": cluster.api_server_endpoint,
            "certificateAuthority": cluster.certificate_authority,
            "cidr": cluster.service_cidr,
        }
    if storage.raid0:
        spec["instance"] = {"localStorage": {"strategy": "RAID0"}}
    if storage.parallel_image_pull:
        spec["featureGates"] = {"FastImagePull": True}
    return spec
