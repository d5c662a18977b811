"""What a stack is, by its settings: a cluster of its own, or a tenant on the cluster of another."""

from typing import Any

import pulumi

from components.deletion_protection import DeletionProtection
from components.gpu_cluster import GpuCluster
from components.outputs import stack_outputs
from components.stack_plan import EksFacts, plan_stack
from components.tenant import Tenant
from knowledge.node_names import PROGRAM
from settings.tenant import TenantSettings
from settings.tree import Settings


def build_stack(settings: Settings | TenantSettings, facts: EksFacts) -> dict[str, Any]:
    """Plan and build what checked settings ask for; everything to export, by name."""
    if isinstance(settings, TenantSettings):
        return Tenant(PROGRAM, settings, facts).outputs
    built = GpuCluster(PROGRAM, plan_stack(pulumi.get_stack(), settings, facts))
    if settings.cluster.existing is None:
        protected = settings.cluster.deletion_protection
        DeletionProtection(f"{PROGRAM}-deletion-protection", built, on=protected)
    return stack_outputs(built)
