"""What `scale-out` asks for on AWS where nobody says how much: two small nodes, and their price before it."""

from dataclasses import dataclass

from cli.errors import CommandError
from cli.plans import plan_of
from cli.prices import PriceSource, priced
from cli.scale_deployment import PodShape
from cli.stacks import Stack

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
    """For the provisioner whose nodes cost least; raises CommandError where no price is known."""
    bill = priced(plan_of(stack.name), PriceSource.LIST)
    known = [(line.hourly, line.node) for line in bill.nodes if line.hourly is not None]
    if not known:
        raise CommandError(f"stack {stack.name}", "has no provisioner of known price", "name one with --pool")
    hourly, node = min(known, key=lambda each: each[0])
    settings = {each.name: each for each in stack.examine().provisioners}
    efa = 0 if settings[node.provisioner].efa == "none" else 1
    shape = PodShape(gpus=1, efa_interfaces=efa, pool=node.provisioner)
    return FirstNodes(shape, node.uses[0].what, hourly)
