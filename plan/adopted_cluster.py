"""A cluster that a stack adopts, without an account: taken to be there, and to be what the settings need.

What the settings leave to the cluster gets stand-ins, of the form that AWS would give them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.regions import is_zone_name, partition_of
from knowledge.versions import DEFAULT_KUBERNETES
from plan.names import ACCOUNT
from plan.region import zones
from sandbox.engine.values import Properties

SERVICE_CIDR = "172.20.0.0/16"
"""One of the two that EKS takes where nobody names one (EKS API, KubernetesNetworkConfigRequest)."""

STAND_IN_VPC = f"vpc-{0:017x}"

FEWEST_ZONES = 2
"""What EKS wants of a cluster's subnets (EKS user guide, network requirements)."""

ENOUGH_NODES = 100
"""More than any Karpenter has replicas, each of which wants a node."""


@dataclass(frozen=True)
class AdoptedCluster:
    """The cluster as the settings have it, completed."""

    name: str
    region: str
    version: str
    service_cidr: str
    node_group: str
    vpc_id: str
    subnet_ids: tuple[str, ...]
    left_out: tuple[str, ...]
    """What the settings leave to the cluster, a sentence each."""

    def answers(self, assume: Callable[[str], None]) -> Mapping[str, Callable[[Properties], Properties]]:
        """By token; `assume` is told what an answer takes for granted."""

        def assuming(line: str, answer: Properties) -> Callable[[Properties], Properties]:
            def answered(arguments: Properties) -> Properties:
                assume(line.format(**arguments))
                return {**arguments, **answer}

            return answered

        def cluster(arguments: Properties) -> Properties:
            for line in self.left_out:
                assume(line)
            assume(f"cluster {self.name} exists, is active, takes access entries and has IPv4")
            return {**arguments, **self._described()}

        group = {
            "status": "ACTIVE",
            "scalingConfigs": [{"desiredSize": ENOUGH_NODES, "maxSize": ENOUGH_NODES, "minSize": 0}],
            "instanceTypes": [],
            "launchTemplates": [],
            "taints": [],
            "tags": {},
        }
        return {
            "aws:eks/getCluster:getCluster": cluster,
            "aws:eks/getAddon:getAddon": assuming(
                f"cluster {self.name} has the addon {{addonName}}, without settings or a role of its own",
                {
                    "addonVersion": f"${{version in cluster {self.name}}}",
                    "configurationValues": "",
                    "serviceAccountRoleArn": "",
                    "podIdentityAssociations": [],
                },
            ),
            "aws:eks/getNodeGroups:getNodeGroups": lambda given: {**given, "names": [self.node_group]},
            "aws:eks/getNodeGroup:getNodeGroup": assuming(
                f"node group {{nodeGroupName}} of cluster {self.name} has nodes enough for Karpenter, "
                "and no taint or security group of its own",
                group,
            ),
            "aws:ec2/getRouteTable:getRouteTable": assuming(
                "no route leads from subnet {subnetId} to an internet gateway", {"routes": []}
            ),
            "aws:ec2/getSecurityGroup:getSecurityGroup": assuming(
                f"security group {{id}} is in {self.vpc_id} and tagged by no other stack",
                {"vpcId": self.vpc_id, "tags": {}},
            ),
        }

    def _described(self) -> Properties:
        return {
            "arn": f"arn:{partition_of(self.region)}:eks:{self.region}:{ACCOUNT}:cluster/{self.name}",
            "status": "ACTIVE",
            "version": self.version,
            "endpoint": self._of("endpoint"),
            "certificateAuthorities": [{"data": self._of("certificateAuthority")}],
            "identities": [{"oidcs": [{"issuer": f"https://{self._of('oidcIssuer')}"}]}],
            "accessConfigs": [{"authenticationMode": "API_AND_CONFIG_MAP"}],
            "kubernetesNetworkConfigs": [{"ipFamily": "ipv4", "serviceIpv4Cidr": self.service_cidr}],
            "vpcConfig": {
                "vpcId": self.vpc_id,
                "subnetIds": list(self.subnet_ids),
                "clusterSecurityGroupId": self._of("clusterSecurityGroupId"),
            },
        }

    def _of(self, output: str) -> str:
        return f"${{cluster {self.name}.{output}}}"


def adopted_cluster(
    cluster: Mapping[str, Any], region: str, vpc_id: str | None, subnet_ids: tuple[str, ...]
) -> AdoptedCluster | None:
    """The cluster of raw settings; None where they adopt none. `vpc_id` is None where they name no VPC."""
    existing, name = cluster.get("existing"), str(cluster.get("name"))
    if not isinstance(existing, dict):
        return None
    version, service_cidr = cluster.get("version"), cluster.get("serviceCidr")
    left_out = []
    if version is None:
        left_out.append(f"cluster {name} runs Kubernetes {DEFAULT_KUBERNETES}")
    if service_cidr is None:
        left_out.append(f"Services of cluster {name} are in {SERVICE_CIDR}")
    if vpc_id is None:
        left_out.append(
            f"cluster {name} has one private subnet a zone; VPC and subnets have made-up ids here"
        )
    return AdoptedCluster(
        name=name,
        region=region,
        version=str(version or DEFAULT_KUBERNETES),
        service_cidr=str(service_cidr or SERVICE_CIDR),
        node_group=str(existing.get("systemNodeGroup")),
        vpc_id=vpc_id or STAND_IN_VPC,
        subnet_ids=subnet_ids,
        left_out=tuple(left_out),
    )


def stand_in_subnets(region: str, wanted: set[str]) -> dict[str, str]:
    """Zone by id of subnets that nobody has named: in the zones that pools want, and in the region's first
    where those are too few."""
    chosen = sorted(zone for zone in wanted if is_zone_name(zone, region))
    usual = zones(region) or (f"{region}a", f"{region}b")
    chosen += [zone for zone in usual if zone not in chosen][: max(FEWEST_ZONES - len(chosen), 0)]
    return {f"subnet-{number:017x}": zone for number, zone in enumerate(sorted(chosen))}
