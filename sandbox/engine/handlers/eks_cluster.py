"""`eks:index:Cluster`, pulumi-eks's remote component: cluster and service role.

The control plane behind the emulated cluster is the sandbox's own: its endpoint and certificate authority
are what EKS then tells everybody, and its kubeconfig is the component's. What is made is what a cluster has
without default node group, default security groups and addons (pulumi-eks, nodejs/eks/cluster/cluster.ts).
"""

from sandbox import private_api
from sandbox.engine.errors import SandboxError, flat
from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine, delete_when_free
from sandbox.engine.handlers.eks_cluster_outputs import component_outputs
from sandbox.engine.handlers.eks_cluster_parts import (
    create_arguments,
    delete_launch_templates,
    delete_service_role,
    describe,
    endpoint_access,
    logging,
    refuse_unsupported,
    service_role_arn,
    service_role_exists,
    upgrade_policy,
)
from sandbox.engine.handlers.kubeconfig import Kubeconfig, find_kubeconfig, wait_for_kubeconfig
from sandbox.engine.handlers.spelling import differ, tag_changes
from sandbox.engine.values import Properties
from sandbox.engine.world import World

ACTIVE_SECONDS = 1200
"""EKS takes about nine minutes; the emulated one none."""


class EksCluster(Handler):
    """Its id is the cluster's name."""

    replace_on = frozenset(
        {
            "name",
            "vpcId",
            "serviceRole",
            "kubernetesServiceIpAddressRange",
            "encryptionConfigKeyArn",
            "ipFamily",
        }
    )
    identity = frozenset({"name"})
    secret_outputs = frozenset({"kubeconfig", "kubeconfigJson"})

    def surroundings(self, world: World) -> Properties:
        """The control plane it stands for: started anew, it has another endpoint."""
        found = find_kubeconfig(world.paths.kubeconfig)
        return {"kubeconfig": found.fingerprint} if found else {}

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Role and cluster, in this order."""
        refuse_unsupported(inputs)
        kubeconfig = wait_for_kubeconfig(world)
        id: str = inputs.get("name", name)
        _publish(world, id, kubeconfig)
        world.eks.create_cluster(**create_arguments(id, service_role_arn(world, id, inputs), inputs))
        self._wait(world, id)
        return id, self._outputs(world, id, kubeconfig, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Version, upgrade policy, access, logs, protection, tags; and another control plane behind it."""
        refuse_unsupported(new_inputs)
        kubeconfig = wait_for_kubeconfig(world)
        _publish(world, id, kubeconfig)
        if endpoint_access(old_inputs) != endpoint_access(new_inputs):
            world.eks.update_cluster_config(name=id, resourcesVpcConfig=endpoint_access(new_inputs))
            self._wait(world, id)
        if differ(old_inputs, new_inputs, "enabledClusterLogTypes"):
            world.eks.update_cluster_config(name=id, logging=logging(new_inputs))
            self._wait(world, id)
        if differ(old_inputs, new_inputs, "deletionProtection"):
            protection = new_inputs.get("deletionProtection", False)
            world.eks.update_cluster_config(name=id, deletionProtection=protection)
        if differ(old_inputs, new_inputs, "version") and "version" in new_inputs:
            world.eks.update_cluster_version(name=id, version=new_inputs["version"])
            self._wait(world, id)
        if upgrade_policy(old_inputs) != upgrade_policy(new_inputs):
            # After the version, as the provider does: a minor in extended support takes no other policy.
            world.eks.update_cluster_config(name=id, upgradePolicy=upgrade_policy(new_inputs))
            self._wait(world, id)
        arn = describe(world, id)["arn"]
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.eks.untag_resource(resourceArn=arn, tagKeys=removed)
        if changed:
            world.eks.tag_resource(resourceArn=arn, tags=changed)
        return self._outputs(world, id, kubeconfig, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Cluster, what Karpenter left, role. EKS refuses while deletion protection is on."""
        with absent_is_fine():
            delete_when_free(world, lambda: world.eks.delete_cluster(name=id))
            world.wait(lambda: not _exists(world, id), ACTIVE_SECONDS, lambda: f"cluster {id} to be gone")
        delete_launch_templates(world, id)
        if "serviceRole" not in inputs:
            delete_service_role(world, id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name; the service role alone may be all there is."""
        id: str = inputs.get("name", name)
        return id if _exists(world, id) or service_role_exists(world, id) else None

    def _wait(self, world: World, id: str) -> None:
        active = "ACTIVE"
        world.wait(
            lambda: describe(world, id)["status"] == active,
            ACTIVE_SECONDS,
            lambda: f"cluster {id} to be active",
        )

    def _outputs(self, world: World, id: str, kubeconfig: Kubeconfig, inputs: Properties) -> Properties:
        return component_outputs(describe(world, id), kubeconfig.content, inputs)


def _exists(world: World, id: str) -> bool:
    with absent_is_fine():
        return bool(describe(world, id))
    return False


def _publish(world: World, id: str, kubeconfig: Kubeconfig) -> None:
    """Tell the emulated EKS which control plane stands behind the cluster; nothing else can know."""
    if world.endpoint is not None:
        content = {
            "name": id,
            "endpoint": kubeconfig.endpoint,
            "certificate_authority": kubeconfig.certificate_authority,
        }
        status, text = private_api.call(world.endpoint, "PUT", "cluster", content)
        if status >= 400:
            raise SandboxError(f"cluster {id}", f"the emulated EKS refuses its control plane: {flat(text)}")
