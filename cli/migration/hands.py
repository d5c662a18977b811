"""What a migration does to a cluster. Each act may be repeated, and leaves a trace that `look` finds."""

from lightkube.core.exceptions import ApiError
from lightkube.models.core_v1 import Pod as PodModel
from lightkube.models.meta_v1 import DeleteOptions, ObjectMeta, Preconditions
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Node, Pod
from lightkube.types import PatchType

from cli.cluster import NOT_FOUND, Cluster
from cli.migration.groups import Aws
from cli.migration.look import MARK, cluster_autoscaler, instance_of, look, replicas
from cli.migration.scene import GroupNode, Seen
from knowledge.cluster_autoscaler import NAME, NAMESPACE
from settings.tree import Settings

REPLICAS_BEFORE = "eks-efa/replicas-before-migration"
"""Annotation of Cluster Autoscaler's Deployment: how many it had, for the way back."""

CONFLICT, TOO_MANY_REQUESTS = 409, 429
"""The eviction API's answers: the pod is another one by now, and its disruption budget is used up
(https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/)."""


class Hands:
    """Sees and changes one stack's cluster and groups; what `move.Surroundings` asks for."""

    def __init__(self, stack: str, settings: Settings, cluster: Cluster, aws: Aws) -> None:
        """Work on these."""
        self._stack, self._settings = stack, settings
        self._cluster, self._aws = cluster, aws

    def look(self) -> Seen:
        """One look at everything."""
        return look(self._stack, self._settings, self._cluster, self._aws)

    def pods(self) -> list[Pod]:
        """Every pod."""
        return self._cluster.pods()

    def has_node(self, node: GroupNode) -> bool:
        """Whether the instance still has a node."""
        return any(instance_of(each) == node.instance_id for each in self._cluster.nodes())

    def stop_cluster_autoscaler(self) -> None:
        """Scale it to nothing, and remember what it had."""
        deployment = cluster_autoscaler(self._cluster)
        if deployment is not None and (wanted := replicas(deployment)):
            self._patch_autoscaler(0, str(wanted))

    def runs_cluster_autoscaler(self) -> bool:
        """Whether one of its pods is left."""
        deployment = cluster_autoscaler(self._cluster)
        status = deployment.status if deployment else None
        return status is not None and bool(status.replicas)

    def start_cluster_autoscaler(self) -> int | None:
        """Give it back what it had; how many replicas, None where no migration has stopped it."""
        deployment = cluster_autoscaler(self._cluster)
        annotations = (deployment.metadata.annotations if deployment and deployment.metadata else None) or {}
        before = annotations.get(REPLICAS_BEFORE)
        if before is None:
            return None
        self._patch_autoscaler(int(before), None)
        return int(before)

    def begin(self, node: GroupNode) -> None:
        """Let no further pod onto a node, and mark it as begun."""
        self._patch_node(node.name, "true", unschedulable=True)

    def undo(self, node: GroupNode) -> None:
        """Let pods onto the node again."""
        self._patch_node(node.name, None, unschedulable=None)

    def evict(self, pod: PodModel) -> bool:
        """Ask for one pod to go elsewhere; False where its disruption budget does not allow it now."""
        if pod.metadata is None or pod.metadata.name is None:
            return True
        name, namespace = pod.metadata.name, pod.metadata.namespace
        # By uid: a StatefulSet starts the pod again elsewhere under the same name, and that one shall stay.
        only_this = DeleteOptions(preconditions=Preconditions(uid=pod.metadata.uid))
        eviction = Pod.Eviction(metadata=ObjectMeta(name=name, namespace=namespace), deleteOptions=only_this)
        try:
            self._cluster.client.create(eviction, name, namespace=namespace)
        except ApiError as error:
            if error.status.code == TOO_MANY_REQUESTS:
                return False
            if error.status.code not in (NOT_FOUND, CONFLICT):
                raise
        return True

    def end(self, node: GroupNode) -> None:
        """End the node's instance, with no other in its place."""
        self._aws.end(node.instance_id)

    def _patch_autoscaler(self, wanted: int, before: str | None) -> None:
        patch = {"metadata": {"annotations": {REPLICAS_BEFORE: before}}, "spec": {"replicas": wanted}}
        self._cluster.client.patch(Deployment, NAME, patch, namespace=NAMESPACE, patch_type=PatchType.MERGE)

    def _patch_node(self, name: str, mark: str | None, *, unschedulable: bool | None) -> None:
        patch = {"metadata": {"annotations": {MARK: mark}}, "spec": {"unschedulable": unschedulable}}
        self._cluster.client.patch(Node, name, patch, patch_type=PatchType.MERGE)
