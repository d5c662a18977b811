"""EKS for distributed GPU training: EFA node groups scaled by hand and provisioners scaled by Karpenter.

Settings are checked whole and lookups are done before the first resource; `components/gpu_cluster.py` then
builds the parts in the order in which they need each other.
"""

import pulumi

from components.aws_facts import PulumiAwsFacts
from components.gpu_cluster import GpuCluster
from components.outputs import stack_outputs
from components.stack_plan import plan_stack
from settings.stack_config import load

facts = PulumiAwsFacts()
settings = load(lambda: facts)
plan = plan_stack(pulumi.get_stack(), settings, facts)
cluster = GpuCluster("gpu", plan)

for name, value in stack_outputs(cluster).items():
    pulumi.export(name, value)
