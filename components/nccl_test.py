"""The NCCL test of one pool: a suspended MPIJob for each variant, which runs are copied from.

The jobs run nothing themselves, so `up` costs no GPU, and the API server has checked them against the MPI
operator's CRD long before somebody waits for a result. `make nccl` copies them.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from knowledge.hugepages import HOST_MIB, HUGEPAGES_RESOURCE
from knowledge.nccl_command import Sweep
from knowledge.nccl_job import API_VERSION, KIND, NAMESPACE, VERDICT_CONFIG_MAP, Variant
from knowledge.nccl_manifest import NcclJob, template
from knowledge.stack_contract import PoolContract
from knowledge.system_nodes import Labels
from settings.nccl import NcclSettings


@dataclass(frozen=True)
class NcclTestArgs:
    """What is tested, and how."""

    settings: NcclSettings
    pool: pulumi.Input[PoolContract]
    """Of this stack, or read from the outputs of another."""
    kubernetes_provider: kubernetes.Provider
    after: tuple[pulumi.Resource, ...]
    """The MPI operator, whose CRD the jobs are of, and what brings nodes: on destroy jobs go before them."""
    system_nodes: pulumi.Input[Labels]
    """Of the nodes that the launcher runs on; of this stack, or as `pool`."""
    namespace: str | None = None
    """Where the jobs go, which is there by then. None: a namespace of the test's own."""
    huge_pages_by_overlay: bool = False
    """Whether Karpenter, which brings the pool's nodes, must be told of their huge pages."""


class NcclTest(pulumi.ComponentResource):
    """The jobs of the test, and a namespace for them where there is none."""

    outputs: dict[str, Any]
    """What the command line and other tools find the test and its verdict by."""

    def __init__(self, name: str, args: NcclTestArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the namespace if there is to be one, then the jobs."""
        super().__init__("eks-efa:nccl:NcclTest", name, None, opts)
        self._name, self._args = name, args
        self._pool = pulumi.Output.from_input(args.pool)
        variants = variants_of(args.settings)
        self._home = args.namespace or NAMESPACE
        namespace = () if args.namespace else (self._namespace(),)
        for variant in variants:
            self._job(variant, *namespace)
        if args.huge_pages_by_overlay:
            self._overlay()
        self.outputs = self._outputs(variants)
        self.register_outputs({"namespace": self._home})

    def _namespace(self) -> pulumi.Resource:
        return kubernetes.core.v1.Namespace(
            f"{self._name}-namespace",
            metadata={"name": self._home, "labels": _pod_security(self._args.settings)},
            opts=self._options(*self._args.after),
        )

    def _job(self, variant: Variant, *namespace: pulumi.Resource) -> None:
        settings = self._args.settings
        manifest = pulumi.Output.all(self._pool, self._args.system_nodes).apply(
            lambda known: template(nccl_job(variant, settings, known[0], known[1], self._home))
        )
        kubernetes.apiextensions.CustomResource(
            f"{self._name}-{variant}",
            api_version=API_VERSION,
            kind=KIND,
            metadata=manifest["metadata"],
            spec=manifest["spec"],
            opts=self._options(*namespace, *self._args.after),
        )

    def _overlay(self) -> None:
        """Karpenter counts no huge pages, so it would never launch a node for a pod that asks for some.

        https://karpenter.sh/docs/concepts/nodeoverlays
        """
        pool = str(self._args.settings.pool)
        kubernetes.apiextensions.CustomResource(
            f"{self._name}-huge-pages",
            api_version="karpenter.sh/v1alpha1",
            kind="NodeOverlay",
            metadata={"name": f"{pool}-huge-pages"},
            spec={
                "requirements": [{"key": "karpenter.sh/nodepool", "operator": "In", "values": [pool]}],
                "capacity": {HUGEPAGES_RESOURCE: f"{HOST_MIB}Mi"},
            },
            opts=self._options(*self._args.after),
        )

    def _outputs(self, variants: tuple[Variant, ...]) -> dict[str, Any]:
        settings, pool = self._args.settings, self._pool
        return {
            "namespace": self._home,
            "pool": settings.pool,
            "instanceType": pool.apply(lambda pool: pool.instance_type),
            "gpusPerNode": pool.apply(lambda pool: settings.gpus_per_node or pool.gpus_per_node),
            "efaInterfacesPerNode": pool.apply(lambda pool: pool.efa_interfaces_per_node),
            "nodes": settings.nodes,
            "variants": list(variants),
            "verdict": f"{self._home}/configmap/{VERDICT_CONFIG_MAP}",
        }

    def _options(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self, provider=self._args.kubernetes_provider, depends_on=list(depends_on)
        )


def variants_of(settings: NcclSettings) -> tuple[Variant, ...]:
    """The variants that the settings ask for, in the order in which they run."""
    return ("socket", "efa", "efa-mount") if settings.efa_mount else ("socket", "efa")


def nccl_job(
    variant: Variant, settings: NcclSettings, pool: PoolContract, system_nodes: Labels, namespace: str
) -> NcclJob:
    """One variant of the test in plain values."""
    return NcclJob(
        variant=variant,
        pool=pool,
        system_nodes=system_nodes,
        nodes=settings.nodes,
        gpus_per_node=settings.gpus_per_node or pool.gpus_per_node,
        image=settings.image,
        sweep=Sweep(
            collective=settings.collective,
            min_bytes=settings.min_bytes,
            max_bytes=settings.max_bytes,
            step_factor=settings.step_factor,
            iterations=settings.iterations,
            warmup_iterations=settings.warmup_iterations,
        ),
        hugepages=settings.hugepages,
        deadline_minutes=settings.deadline_minutes,
        namespace=namespace,
    )


def _pod_security(settings: NcclSettings) -> dict[str, str]:
    """`baseline` is enough, but for the variant that mounts the devices of the host.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    return {"pod-security.kubernetes.io/enforce": "privileged" if settings.efa_mount else "baseline"}
