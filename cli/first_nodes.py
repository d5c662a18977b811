"""What `scale-out` asks for on AWS where nobody says how much: two small nodes, and their price before it."""

from dataclasses import dataclass

from cli.errors import CommandError
from cli.plans import plan_of
from cli.prices import PriceSource, priced
from cli.scale_deployment import PodShape
from cli.stacks import Stack
from knowledge.device_plugins import PRESENT
from knowledge.node_names import EFA_LABEL, GPU_RESOURCE, NVIDIA_LABEL
from plan.cost import NODE_POOL
from plan.document import Planned

PODS = 2
"""As many as show traffic between nodes."""


@dataclass(frozen=True)
class FirstNodes:
    """Pods for the cheapest provisioner of a stack."""

    shape: PodShape
    instance_type: str
    hourly: float
    """US dollars for an hour of one node, at the list price of on-demand."""

    def told(self, stack: str, pods: int) -> str:
        """What is asked for and what it costs, in one line."""
        return (
            f"asking for {pods} pods of 1 GPU on {self.shape.pool} ({self.instance_type}): up to "
            f"${pods * self.hourly:.2f} an hour (list price) until: make scale-in STACK={stack}"
        )


def first_nodes(stack: Stack) -> FirstNodes:
    """For the provisioner whose nodes cost least, of those that take the pods: with NVIDIA GPUs, and closed
    to nobody else. Raises CommandError where there is none of known price."""
    if stack.platform is not None:
        fault = "is a team's, whose nodes take pods of its own namespace only"
        raise CommandError(f"stack {stack.name}", fault, f"test them: make nccl STACK={stack.name}")
    plan = plan_of(stack.name)
    takes = {name: devices for name, devices in map(_devices, plan.resources) if NVIDIA_LABEL in devices}
    lines = priced(plan, PriceSource.LIST).nodes
    known = [
        (each.hourly, each.node)
        for each in lines
        if each.hourly is not None and each.node.provisioner in takes
    ]
    if not known:
        fault = "has no provisioner of GPU nodes that are open to all and have a known price"
        raise CommandError(f"stack {stack.name}", fault, "name one with --pool, --gpus and --efa")
    hourly, node = min(known, key=lambda each: each[0])
    efa = int(EFA_LABEL in takes[node.provisioner])
    shape = PodShape(gpus=1, efa_interfaces=efa, pool=node.provisioner)
    return FirstNodes(shape, node.uses[0].what, hourly)


def _devices(planned: Planned) -> tuple[str, frozenset[str]]:
    """A NodePool's name and the labels of the devices on its nodes; none where pods would need a toleration
    that those of scale-out do not have, and of what is no NodePool."""
    if planned.type != NODE_POOL:
        return "", frozenset()
    template = planned.inputs["spec"]["template"]
    is_open = all(taint["key"] == GPU_RESOURCE for taint in template["spec"].get("taints") or ())
    labels = (template.get("metadata") or {}).get("labels") or {}
    found = {label for label in (NVIDIA_LABEL, EFA_LABEL) if labels.get(label) == PRESENT}
    return planned.inputs["metadata"]["name"], frozenset(found if is_open else ())
