"""The taints of nodes whose settings say nothing of them: those of the devices that the nodes have.

Nodes with devices are dear, so pods without a use for them stay away. A taint is called as the resource that
pods ask for, as is the custom: AWS's Neuron device plugin tolerates that one and no GPU's
(https://github.com/aws-neuron/aws-neuron-sdk/blob/master/src/k8/k8s-neuron-device-plugin.yml).
"""

from collections.abc import Sequence

from knowledge.hardware import InstanceType
from knowledge.node_names import NEURON_RESOURCE
from settings.base import Taint
from settings.nodes import GPU_TAINT, NodeGroupSettings, ProvisionerSettings

NEURON_TAINT = Taint(key=NEURON_RESOURCE, value="true")


def taints_of(
    settings: NodeGroupSettings | ProvisionerSettings, instance_types: Sequence[InstanceType]
) -> tuple[Taint, ...]:
    """Those of the settings, or by default one for each kind of device that some of the types have."""
    if "taints" in settings.model_fields_set:
        return settings.taints
    has = {
        GPU_TAINT: any(each.has_nvidia_gpus for each in instance_types),
        NEURON_TAINT: any(each.neuron_devices > 0 for each in instance_types),
    }
    return tuple(taint for taint, is_there in has.items() if is_there)
