"""Checks of `cluster.existing`: a cluster that can be adopted, and settings that leave it as it is."""

from collections.abc import Iterator

from knowledge.discovery import DISCOVERY_TAG, TAGGED_BY_TAG, tags_for_discovery
from knowledge.node_names import STACK_TAG
from knowledge.system_nodes import TOLERATED_TAINT
from settings.adoption import Adopted
from settings.cluster import ClusterSettings, ExistingCluster
from settings.faults import Fault
from settings.network import NetworkSettings
from settings.reading import NOTHING, Reading
from settings.survey import Account
from settings.words import counted, listed, quoted

USED_OF_CLUSTER = frozenset({"name", "existing", "version", "service_cidr", "network_policies"})
USED_OF_NETWORK = frozenset({"existing", "zones"})
MOST_FURTHER_GROUPS = 3
"""Amazon VPC quotas, security groups per network interface: 5 unless raised."""
USABLE = ("ACTIVE", "UPDATING")
"""States of a cluster in which it takes access entries and answers; EKS API reference, Cluster."""


def check_existing_cluster(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of a cluster that is to be adopted, and of settings that would change it."""
    cluster = reading.cluster
    if not cluster or not cluster.existing:
        return
    yield from _unused(reading, cluster)
    if not account:
        return
    adopted = account.adopted
    if adopted is None:
        what = f"there is no cluster {quoted(cluster.name)} in {account.region} of this account"
        yield Fault("cluster.name", what, cure="mend the name or aws:region, or leave cluster.existing out")
        return
    yield from _state(cluster, adopted, account.stack)
    yield from _access(adopted)
    yield from _mismatches(cluster, adopted)
    yield from _monitoring(reading, adopted)
    yield from _system_nodes(reading, cluster.existing, adopted)
    yield from _network(reading.network, adopted)
    yield from _security_groups(cluster.existing, adopted)
    yield from _node_groups(reading, adopted, account.stack)


def existing_cluster_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """What cannot be told of an adopted cluster, and what is left to others."""
    adopted, network = account.adopted if account else None, reading.network
    if not account or not adopted or not network or not network.existing:
        return
    if adopted.vpc_cni is None:
        what = f"the VPC CNI of cluster {adopted.cluster.name} is no EKS addon, so its version is not known"
        cure = "efa-only interfaces need 1.18.5 or newer: kubectl -n kube-system describe daemonset aws-node"
        yield Fault("cluster.existing", what, cure=cure)
    yield from _unlabelled(reading, adopted)
    for zone, subnet_id in network.existing.private_subnet_ids.items():
        subnet = account.subnets.get(subnet_id)
        if subnet and not tags_for_discovery(subnet.tags, adopted.cluster.name, account.stack or ""):
            theirs = f"{DISCOVERY_TAG}={subnet.tags.get(DISCOVERY_TAG)}"
            what = f"{subnet_id} has the tag {theirs} of somebody else"
            cure = "it stays as it is: our node classes find the subnet by its id"
            yield Fault(f'network.existing.privateSubnetIds["{zone}"]', what, cure=cure)


def _unlabelled(reading: Reading, adopted: Adopted) -> Iterator[Fault]:
    """System nodes that may lack the label by which pods find them.

    It comes with the user data that EKS adds, and EKS adds none where a launch template names the image (EKS
    user guide, launch-templates, "Specifying an AMI").
    """
    existing = reading.cluster.existing if reading.cluster else None
    group = adopted.node_groups.get(existing.system_node_group) if existing else None
    if existing and group and group.ami_type == "CUSTOM":
        name = existing.system_node_group
        what = f"the launch template of {quoted(name)} names an image, whose nodes EKS need not have labelled"
        allowed = "Karpenter and the MPI operator wait for nodes with the label"
        cure = f"look: kubectl get nodes --selector eks.amazonaws.com/nodegroup={name}"
        yield Fault("cluster.existing.systemNodeGroup", what, allowed, cure)


def _unused(reading: Reading, cluster: ClusterSettings) -> Iterator[Fault]:
    """What would change the cluster, or be ignored."""
    for name in sorted(cluster.model_fields_set - USED_OF_CLUSTER):
        alias = ClusterSettings.model_fields[name].alias
        yield Fault(f"cluster.{alias}", "not used together with cluster.existing", cure="remove it")
    network = reading.network
    made = network.model_fields_set - USED_OF_NETWORK if network and not network.existing else ()
    for name in sorted(made):
        alias = NetworkSettings.model_fields[name].alias
        yield Fault(f"network.{alias}", "not used together with cluster.existing", cure="remove it")
    if reading.raw.get("systemNodes") not in NOTHING:
        what = "not used together with cluster.existing"
        yield Fault("systemNodes", what, cure="remove it: cluster.existing.systemNodeGroup names the nodes")
    if reading.autoscaler in ("cluster-autoscaler", "both"):
        what = f'"{reading.autoscaler}", but a cluster that exists gets Karpenter and nothing else'
        yield Fault("autoscaler", what, cure="leave it out; docs/existing-clusters.md says how to move over")


def _state(cluster: ClusterSettings, adopted: Adopted, stack: str | None) -> Iterator[Fault]:
    known = adopted.cluster
    if known.status not in USABLE:
        what = f"cluster {known.name} is {known.status}"
        yield Fault("cluster.name", what, f"it must be {USABLE[0]}", "try again when it is")
    group = adopted.security_groups[known.security_group_id]
    by = group.tags.get(TAGGED_BY_TAG) if group else None
    if by is not None and by != stack:
        what = f"stack {quoted(by)} has adopted cluster {cluster.name} already"
        yield Fault("cluster.name", what, "one Karpenter a cluster", "add to that stack, or take it down")


def _access(adopted: Adopted) -> Iterator[Fault]:
    """What nodes and the controller get in by."""
    known, path = adopted.cluster, "cluster.existing"
    if known.authentication_mode == "CONFIG_MAP":
        what = f"cluster {known.name} knows no access entries, by which our nodes come in"
        command = "aws eks update-cluster-config --access-config authenticationMode=API_AND_CONFIG_MAP"
        yield Fault(path, what, cure=f"run: {command} --name {known.name}")
    if not adopted.has_pod_identity_agent:
        what = f"cluster {known.name} has no addon eks-pod-identity-agent, which gives Karpenter its rights"
        command = "aws eks create-addon --addon-name eks-pod-identity-agent"
        yield Fault(path, what, cure=f"run: {command} --cluster-name {known.name}")
    if known.ip_family != "ipv4":
        yield Fault(path, f"cluster {known.name} is of {known.ip_family}", "only ipv4 can be adopted")


def _mismatches(cluster: ClusterSettings, adopted: Adopted) -> Iterator[Fault]:
    """What the settings say of the cluster must be so."""
    known = adopted.cluster
    if cluster.version != known.version:
        what = f"{quoted(cluster.version)}, but cluster {known.name} runs {known.version}"
        yield Fault("cluster.version", what, cure="leave it out")
    if known.service_cidr and cluster.service_cidr != known.service_cidr:
        what = f"{cluster.service_cidr}, but cluster {known.name} has {known.service_cidr}"
        yield Fault("cluster.serviceCidr", what, cure="leave it out")
    if cluster.network_policies and not adopted.enforces_network_policies:
        what = f"true, but the VPC CNI of cluster {known.name} enforces none"
        cure = "leave it out, or set enableNetworkPolicy in the configuration of the addon vpc-cni"
        yield Fault("cluster.networkPolicies", what, cure=cure)


def _monitoring(reading: Reading, adopted: Adopted) -> Iterator[Fault]:
    """Prometheus keeps its metrics on a volume, which our StorageClass has the EBS CSI driver make."""
    monitoring, name = reading.monitoring, adopted.cluster.name
    if monitoring and monitoring.enabled and not monitoring.storage_class and not adopted.has_ebs_csi_driver:
        what = f"cluster {name} has no addon aws-ebs-csi-driver, which makes the volume of Prometheus"
        command = f"aws eks create-addon --addon-name aws-ebs-csi-driver --cluster-name {name}"
        cure = f"name a class of the cluster's, or run: {command}, with a role for it"
        yield Fault("monitoring.storageClass", what, cure=cure)


def _system_nodes(reading: Reading, existing: ExistingCluster, adopted: Adopted) -> Iterator[Fault]:
    path, name, cluster = "cluster.existing.systemNodeGroup", existing.system_node_group, adopted.cluster.name
    group = adopted.node_groups.get(name)
    if group is None:
        there = f"it has {listed(adopted.node_group_names)}" if adopted.node_group_names else "it has none"
        yield Fault(path, f"cluster {cluster} has no managed node group {quoted(name)}", there)
        return
    replicas = reading.karpenter.replicas if reading.karpenter else 0
    if group.desired_nodes < replicas:
        what = f"{quoted(name)} has {counted(group.desired_nodes, 'node')}"
        allowed = f"{counted(replicas, 'replica')} of Karpenter want a host each"
        yield Fault(path, what, allowed, "scale it, or lower karpenter.replicas")
    for key in sorted(set(group.taint_keys) - {TOLERATED_TAINT}):
        what = f"nodes of {quoted(name)} have the taint {key}, which Karpenter does not tolerate"
        yield Fault(path, what, f"no taint but {TOLERATED_TAINT}", "name another group")


def _network(network: NetworkSettings | None, adopted: Adopted) -> Iterator[Fault]:
    known = adopted.cluster
    if network is None:
        return
    if network.existing is None:
        found = (f"{zone}: {', '.join(ids)}" for zone, ids in adopted.private_subnets.items())
        private = f"its private subnets are {listed(found)}" if adopted.private_subnets else "it has none"
        what = f"nodes need one private subnet a zone, in two zones or more, and cluster {known.name} has not"
        yield Fault("network.existing", what, private, f"name subnets of {known.vpc_id}")
    elif network.existing.vpc_id != known.vpc_id:
        what = f"{network.existing.vpc_id}, but cluster {known.name} is in {known.vpc_id}"
        yield Fault("network.existing.vpcId", what, cure="give subnets of that VPC, or leave it out")


def _security_groups(existing: ExistingCluster, adopted: Adopted) -> Iterator[Fault]:
    """What our nodes carry besides must be there, in the VPC of the cluster, and not too much."""
    path, known, ids = (
        "cluster.existing.nodeSecurityGroupIds",
        adopted.cluster,
        existing.node_security_group_ids,
    )
    if len(ids) > MOST_FURTHER_GROUPS:
        what = f"{len(ids)} are too many"
        yield Fault(path, what, f"an interface takes 5: the cluster's, EFA's and {MOST_FURTHER_GROUPS} more")
    for index, group_id in enumerate(ids):
        group = adopted.security_groups.get(group_id)
        if group is None:
            yield Fault(f"{path}[{index}]", f"there is no security group {quoted(group_id)} in this region")
        elif group.vpc_id != known.vpc_id:
            yield Fault(f"{path}[{index}]", f"{group_id} is in {group.vpc_id}, not in {known.vpc_id}")


def _node_groups(reading: Reading, adopted: Adopted, stack: str | None) -> Iterator[Fault]:
    """EKS knows a group by its name, so a name that is taken would be somebody else's group."""
    for entry in reading.node_groups:
        there = adopted.node_groups.get(entry.settings.name)
        if there and (STACK_TAG, stack) not in there.tags.items():
            what = f"cluster {adopted.cluster.name} has a node group {quoted(entry.settings.name)} already"
            yield Fault(f"{entry.path}.name", what, cure="choose another name")
