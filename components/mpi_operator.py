"""Kubeflow's MPI operator: it turns an MPIJob into workers and a launcher."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.manifests import Manifest, objects_of, register_objects
from knowledge.system_nodes import TOLERATIONS, Labels


@dataclass(frozen=True)
class MpiOperatorArgs:
    """What is made, and where."""

    manifest: str
    """Upstream's, as `StackPlan.mpi_operator_manifest` has it."""
    kubernetes_provider: kubernetes.Provider
    system_nodes: Labels
    """Of the nodes that the operator runs on."""
    after: tuple[pulumi.Resource, ...]
    """System nodes and cluster DNS, for the operator's pod."""


class MpiOperator(pulumi.ComponentResource):
    """The operator and its CRD: what depends on this component may make MPIJobs.

    Pulumi applies objects on the server's side, as upstream asks: the CRD is too large for the annotation in
    which a client would remember it.
    """

    def __init__(self, name: str, args: MpiOperatorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make what upstream publishes, on system nodes."""
        super().__init__("eks-efa:nccl:MpiOperator", name, None, opts)
        register_objects(
            name,
            placed_on(args.system_nodes, objects_of(args.manifest)),
            pulumi.ResourceOptions(
                parent=self, provider=args.kubernetes_provider, depends_on=list(args.after)
            ),
        )
        self.register_outputs({})


def placed_on(system_nodes: Labels, objects: Sequence[Manifest]) -> list[Manifest]:
    """The objects with every Deployment bound to the nodes with these labels.

    Upstream's tolerates no taint and names no node: it would wait for ever on a cluster whose system nodes
    are for critical addons only, or have Karpenter launch a node for it.
    """
    placed = copy.deepcopy(list(objects))
    for each in placed:
        if each["kind"] == "Deployment":
            pod = each["spec"]["template"]["spec"]
            pod["nodeSelector"] = {**pod.get("nodeSelector", {}), **system_nodes}
            pod["tolerations"] = [*pod.get("tolerations", []), *TOLERATIONS]
    return placed
