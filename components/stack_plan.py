"""What is going to be built, worked out whole before the first resource is registered.

Settings say what is wanted and AWS what there is; the plan joins them into plain values: zones, ranges,
interface layouts, image ids, addon versions. A stack that cannot be planned is refused with every reason, and
nothing of it is made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from components.addons import ADDON_NAMES
from components.context import StackContext
from components.device_taints import taints_of
from components.manifest_download import read_manifest
from knowledge.ami import ami_parameter, eks_ami_type, variant_for
from knowledge.discovery import tags_for_discovery
from knowledge.efa_interfaces import InterfacePlan, plan_interfaces
from knowledge.hardware import InstanceType
from knowledge.karpenter_dynamic import dynamic_plan
from knowledge.mpi_operator import MPI_OPERATOR_MANIFESTS
from knowledge.subnets import SubnetPlan, plan_subnets
from settings.administrators import roles_to_admit
from settings.cluster_facts import ClusterFacts, goes_by_node_role
from settings.facts import AwsFacts, FactsError
from settings.faults import Fault, SettingsError
from settings.nodes import AmiSettings, NodeGroupSettings, ProvisionerSettings
from settings.placement import home_zone, stack_zones
from settings.stack_config import RefusedError
from settings.tree import Settings

CLUSTER_GROUP = "cluster"
"""What the cluster's own security group is called among the things that are tagged."""


class EksFacts(AwsFacts, Protocol):
    """What the plan asks of AWS beyond the checks of the settings."""

    def parameter(self, name: str) -> str | None:
        """Value of a public parameter of Systems Manager, or None."""
        ...

    def default_addon_version(self, addon_name: str, kubernetes_version: str) -> str | None:
        """The addon version that EKS recommends, or None."""
        ...


@dataclass(frozen=True)
class NodeGroupPlan:
    """A managed EFA node group."""

    settings: NodeGroupSettings
    """With the taints that its nodes have."""
    instance_type: InstanceType
    zone: str
    interfaces: InterfacePlan
    image_id: str


@dataclass(frozen=True)
class ProvisionerPlan:
    """A provisioner."""

    settings: ProvisionerSettings
    """With the taints that its nodes have."""
    instance_types: tuple[InstanceType, ...]
    zone: str
    interfaces: tuple[InterfacePlan, ...]
    """What nodes of each of the types will have, once a pod asks for EFA."""


@dataclass(frozen=True)
class NewClusterPlan:
    """A cluster to be made."""

    subnets: SubnetPlan | None
    """None where the network exists."""
    admin_role_arns: tuple[str, ...]
    """Roles that get an access entry; one that has EKS's own is not among them."""
    system_ami_type: str
    addon_versions: dict[str, str]


@dataclass(frozen=True)
class ExistingClusterPlan:
    """A cluster to be adopted."""

    facts: ClusterFacts
    vpc_cni_goes_by_node_role: bool
    """Whether our nodes bring the rights of the VPC CNI, as theirs do."""
    discovery_tags: Mapping[str, Mapping[str, str]]
    """By zone of the subnet, and `cluster` for the cluster's security group: the tags to put there."""


@dataclass(frozen=True)
class StackPlan:
    """Everything that is known of the stack without a resource."""

    settings: Settings
    context: StackContext
    zones: tuple[str, ...]
    cluster: NewClusterPlan | ExistingClusterPlan
    node_groups: tuple[NodeGroupPlan, ...]
    provisioners: tuple[ProvisionerPlan, ...]
    """None where Cluster Autoscaler is alone."""
    mpi_operator_manifest: str | None
    """What upstream publishes; None where the stack wants no operator."""


def plan_stack(stack: str, settings: Settings, facts: EksFacts) -> StackPlan:
    """Plan checked settings; RefusedError with the whole report where what they name is not there."""
    try:
        return _Planner(settings, facts).plan(stack)
    except FactsError as error:
        raise RefusedError(SettingsError([error.fault(facts.region)])) from None


class _Planner:
    def __init__(self, settings: Settings, facts: EksFacts) -> None:
        self._settings, self._facts = settings, facts
        self._zones = stack_zones(settings.network, facts.zones())
        self._faults: list[Fault] = []

    def plan(self, stack: str) -> StackPlan:
        settings = self._settings
        plan = StackPlan(
            settings=settings,
            context=StackContext.of(stack, settings, self._facts),
            zones=self._zones,
            cluster=self._existing_cluster(stack) if settings.cluster.existing else self._new_cluster(),
            node_groups=tuple(self._node_group(*each) for each in enumerate(settings.node_groups)),
            provisioners=tuple(self._provisioner(each) for each in settings.provisioners)
            if settings.has_karpenter
            else (),
            mpi_operator_manifest=self._mpi_operator_manifest(),
        )
        if self._faults:
            raise RefusedError(SettingsError(self._faults))
        return plan

    def _new_cluster(self) -> NewClusterPlan:
        system_types = self._types(self._settings.system_nodes.instance_types)
        return NewClusterPlan(
            subnets=self._subnets(),
            admin_role_arns=roles_to_admit(self._settings.cluster, self._facts),
            system_ami_type=eks_ami_type(system_types[0].architecture, "standard"),
            addon_versions=dict(self._addon_versions()),
        )

    def _existing_cluster(self, stack: str) -> ExistingClusterPlan:
        """What the checks of the settings have found to be there, and its subnets named."""
        name, network = self._settings.cluster.name, self._settings.network.existing
        cluster = self._facts.cluster(name)
        if cluster is None or network is None:
            raise FactsError(f"cluster {name} is no longer what it was a moment ago")
        subnets = {zone: self._facts.subnet(id_) for zone, id_ in network.private_subnet_ids.items()}
        tags = {zone: subnet.tags for zone, subnet in subnets.items() if subnet}
        group = self._facts.security_group(cluster.security_group_id)
        tags[CLUSTER_GROUP] = group.tags if group else {}
        return ExistingClusterPlan(
            facts=cluster,
            vpc_cni_goes_by_node_role=goes_by_node_role(self._facts.addon(name, "vpc-cni")),
            discovery_tags={
                what: tags_for_discovery(there, cluster.name, stack) for what, there in tags.items()
            },
        )

    def _subnets(self) -> SubnetPlan | None:
        network = self._settings.network
        if network.existing is not None:
            return None
        subnets = plan_subnets(
            network.cidr, self._zones, network.private_subnet_bits, network.public_subnet_bits
        )
        if isinstance(subnets, SubnetPlan):
            return subnets
        self._faults += [Fault.at("network", fault) for fault in subnets]
        return None

    def _addon_versions(self) -> Iterator[tuple[str, str]]:
        cluster = self._settings.cluster
        wanted = cluster.addons.by_name()
        for addon_name in ADDON_NAMES:
            version: str | None = wanted[addon_name]
            if version == "default":
                version = self._facts.default_addon_version(addon_name, cluster.version)
            if version is None:
                what = f"EKS has no addon {addon_name} for Kubernetes {cluster.version}"
                self._faults.append(Fault("cluster.addons", what, cure="name a version, or another minor"))
            else:
                yield addon_name, version

    def _node_group(self, index: int, settings: NodeGroupSettings) -> NodeGroupPlan:
        (instance_type,) = self._types([settings.instance_type])
        return NodeGroupPlan(
            settings=settings.model_copy(update={"taints": taints_of(settings, [instance_type])}),
            instance_type=instance_type,
            zone=self._zone(settings.zone, [instance_type]),
            interfaces=plan_interfaces(instance_type, efa=settings.efa),
            image_id=self._image_id(f"nodeGroups[{index}].ami", settings.ami, instance_type),
        )

    def _provisioner(self, settings: ProvisionerSettings) -> ProvisionerPlan:
        instance_types = self._types(settings.instance_types)
        return ProvisionerPlan(
            settings=settings.model_copy(update={"taints": taints_of(settings, instance_types)}),
            instance_types=instance_types,
            zone=self._zone(settings.zone, instance_types),
            interfaces=tuple(layout_of(settings, instance_type) for instance_type in instance_types),
        )

    def _mpi_operator_manifest(self) -> str | None:
        wanted = self._settings.mpi_operator
        if not wanted.enabled:
            return None
        manifest = read_manifest(MPI_OPERATOR_MANIFESTS[wanted.version])
        if isinstance(manifest, str):
            return manifest
        self._faults.append(Fault.at("mpiOperator", manifest))
        return None

    def _types(self, names: Iterable[str]) -> tuple[InstanceType, ...]:
        """Instance types that the checks of the settings have found to exist."""
        found = {name: self._facts.instance_type(name) for name in names}
        return tuple(known for known in found.values() if known)

    def _zone(self, zone: str | None, instance_types: Iterable[InstanceType]) -> str:
        names = [instance_type.name for instance_type in instance_types]
        return home_zone(zone, names, self._zones, self._facts.offered_zones) or self._zones[0]

    def _image_id(self, path: str, ami: AmiSettings, instance_type: InstanceType) -> str:
        if ami.id is not None:
            return ami.id
        kubernetes = self._settings.cluster.version
        variant = variant_for(instance_type)
        parameter = ami_parameter(kubernetes, instance_type.architecture, variant, ami.release)
        image_id = self._facts.parameter(parameter)
        if image_id is None:
            what = f"there is no {variant} image {ami.release or ''} for Kubernetes {kubernetes}".replace(
                "  ", " "
            )
            releases = "releases: https://github.com/awslabs/amazon-eks-ami/releases"
            self._faults.append(Fault(path, what, releases, "name another release or leave it out"))
        return image_id or ""


def layout_of(settings: ProvisionerSettings, instance_type: InstanceType) -> InterfacePlan:
    """The interfaces that a node of a provisioner has, once a pod asks for EFA."""
    if settings.efa == "dynamic":
        return dynamic_plan(instance_type)
    return plan_interfaces(instance_type, efa=settings.efa == "static")
