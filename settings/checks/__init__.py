"""The checks of the settings, one file a subject. Each yields the faults it finds and touches nothing.

A check sees the settings as they could be read, and the account where it could be asked: without one it finds
the faults that need no account.
"""

from collections.abc import Callable, Iterable
from datetime import date

from settings.checks.addresses import check_addresses
from settings.checks.administrators import administrator_warnings
from settings.checks.api_access import check_api_access, check_placeholders, check_way_in
from settings.checks.capacity import capacity_warnings, check_capacity
from settings.checks.cluster import check_cluster, cluster_warnings
from settings.checks.cluster_autoscaler import check_cluster_autoscaler
from settings.checks.device_plugins import check_device_plugins, device_plugin_warnings, neuron_warnings
from settings.checks.existing_cluster import check_existing_cluster, existing_cluster_warnings
from settings.checks.hardware import check_hardware, hardware_warnings
from settings.checks.images import check_images, image_warnings
from settings.checks.interfaces import check_interfaces
from settings.checks.karpenter import check_karpenter
from settings.checks.labels import check_labels
from settings.checks.monitoring import check_monitoring, monitoring_warnings
from settings.checks.mpi_operator import check_mpi_operator
from settings.checks.names import check_names
from settings.checks.nccl import check_nccl
from settings.checks.network import check_network
from settings.checks.nodes import check_nodes
from settings.checks.provisioners import check_provisioners, drift_warnings
from settings.checks.storage import check_storage, storage_warnings
from settings.checks.support import check_support, support_warnings
from settings.checks.tags import check_tags
from settings.checks.versions import check_versions, version_warnings
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account

Check = Callable[[Reading, Account | None], Iterable[Fault]]
DatedCheck = Callable[[Reading, date], Iterable[Fault]]
"""What it finds depends on the day."""

CHECKS: tuple[Check, ...] = (
    check_tags,
    check_network,
    check_cluster,
    check_api_access,
    check_existing_cluster,
    check_names,
    check_nodes,
    check_hardware,
    check_interfaces,
    check_capacity,
    check_images,
    check_labels,
    check_addresses,
    check_karpenter,
    check_cluster_autoscaler,
    check_monitoring,
    check_mpi_operator,
    check_device_plugins,
    check_storage,
    check_provisioners,
    check_nccl,
    check_versions,
)
"""All of them; the order does not matter, as the report is sorted."""

DATED_CHECKS: tuple[DatedCheck, ...] = (check_support,)

POOL_CHECKS: tuple[Check, ...] = (
    check_hardware,
    check_interfaces,
    check_capacity,
    check_images,
    check_labels,
    check_storage,
    check_provisioners,
    check_versions,
)
"""Those that look at pools alone, so that they fit the provisioners of a tenant too."""

POOL_WARNINGS: tuple[Check, ...] = (
    hardware_warnings,
    capacity_warnings,
    drift_warnings,
    version_warnings,
    storage_warnings,
    neuron_warnings,
)
"""As `WARNINGS`, of pools alone."""

WARNINGS: tuple[Check, ...] = (
    cluster_warnings,
    administrator_warnings,
    monitoring_warnings,
    existing_cluster_warnings,
    image_warnings,
    *POOL_WARNINGS,
    device_plugin_warnings,
)
"""Those whose findings are told but stop nothing, beside the faults where there are any."""

DATED_WARNINGS: tuple[DatedCheck, ...] = (support_warnings,)

BEFORE_MAKING: tuple[Check, ...] = (check_placeholders,)
"""Those that stop a deployment, and are told as warnings before."""

AFTER_PLANNING: tuple[Check, ...] = (check_way_in,)
"""Those that stop everything but an offline plan, which tells them as warnings."""
