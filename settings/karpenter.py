"""`karpenter`: the controller's release and its options."""

from typing import Literal

from pydantic import Field

from settings.base import Branch


class FeatureGates(Branch):
    """Karpenter's feature gates, with its own defaults (chart values `settings.featureGates`)."""

    node_repair: bool = False
    """Replace nodes that stay unhealthy. Alpha."""
    node_overlay: bool = False
    """NodeOverlay: capacity that Karpenter does not know of itself, such as hugepages. Alpha."""
    reserved_capacity: bool = True
    """Capacity reservations and Capacity Blocks. Beta."""
    spot_to_spot_consolidation: bool = False
    """Replace spot by cheaper spot. Alpha."""
    static_capacity: bool = False
    """NodePools with a fixed number of nodes. Alpha."""
    capacity_buffer: bool = False
    """CapacityBuffer: spare capacity before pods ask. Alpha."""


class KarpenterSettings(Branch):
    """The Karpenter release."""

    version: str = "1.14.0"
    """Chart and controller version; the sandbox runs this very one."""
    replicas: int = Field(default=2, ge=1, le=3)
    """Controller replicas, each on a host of its own."""
    log_level: Literal["debug", "info", "error"] = "info"
    """Log level of the controller."""
    batch_idle_duration: str = "1s"
    """A batch of pods is closed when none has come for so long."""
    batch_max_duration: str = "10s"
    """A batch is closed after so long in any case."""
    reserved_enis: int = Field(default=0, ge=0)
    """Network interfaces that custom networking takes from the pod count."""
    feature_gates: FeatureGates = FeatureGates()
    """Feature gates."""
    service_monitor: bool = False
    """Make a ServiceMonitor where the cluster has the kind already; with `monitoring` it is made anyway."""
    cpu_request: str = "1"
    """CPU requested by each replica, as a Kubernetes quantity."""
    memory: str = "1Gi"
    """Memory requested and allowed for each replica."""
