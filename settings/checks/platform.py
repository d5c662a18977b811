"""Checks of a team that only the outputs of its platform can decide."""

from collections.abc import Collection, Iterator

from knowledge.node_names import EFA_LABEL, EFA_RESOURCE, GPU_RESOURCE, NVIDIA_LABEL, STACK_TAG
from knowledge.stack_contract import ClusterContract
from knowledge.team import TEAM_LABEL
from settings.checks.team import ONE_ENTRY, OWN_ROLE
from settings.facts import AwsFacts, FactsError
from settings.faults import Fault
from settings.team import TeamSettings
from settings.tenant import TenantSettings
from settings.words import listed


def check_platform(settings: TenantSettings, region: str, cluster: ClusterContract) -> Iterator[Fault]:
    """Every fault of a team's settings on the cluster that its platform has; `region` is the team's."""
    platform = settings.platform
    if region != cluster.region:
        what = f"{region}, but {platform} is in {cluster.region}"
        yield Fault("aws:region", what, cure=f"run: pulumi config set aws:region {cluster.region}")
    if not cluster.network_policies:
        what = f"{platform} enforces no NetworkPolicies, which keep teams apart"
        yield Fault("platform", what, cure="set cluster.networkPolicies true there, and run `up` on it")
    if settings.provisioners and not cluster.has_karpenter:
        cure = "set autoscaler karpenter or both there, and run `up` on it"
        yield Fault("provisioners", f"{platform} has no Karpenter", cure=cure)
    if settings.provisioners and cluster.device_plugins is None:
        what = f"device plugins of {platform} get to no node of a team, so these would never have a GPU"
        yield Fault("provisioners", what, cure="run `up` on it with this version of the program")
    for index, provisioner in enumerate(settings.provisioners):
        path = f"provisioners[{index}]"
        if provisioner.name in cluster.pools:
            what = f'"{provisioner.name}" is a node group or provisioner of {platform}'
            yield Fault(f"{path}.name", what, f"it has {listed(cluster.pools)}", "choose another")
        if provisioner.zone is not None and provisioner.zone not in cluster.private_subnets:
            what = f"{platform} has no subnet in {provisioner.zone}"
            yield Fault(f"{path}.zone", what, f"it has {listed(sorted(cluster.private_subnets))}")


def check_entry(stack: str, team: TeamSettings, cluster: ClusterContract, facts: AwsFacts) -> Iterator[Fault]:
    """A role whose access entry is not of the team's `stack`; EKS keeps one for each role.

    The tags tell: the creator's entry and those made by hand have none of ours, those of a platform's
    administrators name the platform's stack. One of a stack or of a team that was renamed has the other of
    the two still. Where AWS does not tell, `up` finds out.
    """
    own = {STACK_TAG: stack, TEAM_LABEL: team.name}
    if team.role_arn is None:
        return
    try:
        tags = facts.access_entry_tags(cluster.cluster_name, team.role_arn)
    except FactsError:
        return
    if tags is not None and own.items().isdisjoint(tags.items()):
        what = f"{team.role_arn} has an access entry in cluster {cluster.cluster_name} that is not the team's"
        yield Fault("team.roleArn", what, ONE_ENTRY, OWN_ROLE)


def platform_warnings(
    platform: str, cluster: ClusterContract, device_labels: Collection[str]
) -> Iterator[Fault]:
    """What a team's nodes may lack on the cluster that its platform has; some have each of these labels."""
    for plugin, resource, label in (
        ("nvidia", GPU_RESOURCE, NVIDIA_LABEL),
        ("efa", EFA_RESOURCE, EFA_LABEL),
    ):
        if label in device_labels and cluster.device_plugins and not cluster.device_plugins[plugin]:
            what = f"{platform} installs no plugin that announces {resource}"
            cure = f"see that the one it has instead selects nodes with {label} and tolerates {TEAM_LABEL}"
            yield Fault("provisioners", what, cure=cure)
