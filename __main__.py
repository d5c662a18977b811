"""EKS for distributed GPU training: EFA node groups scaled by hand and provisioners scaled by Karpenter.

Settings are checked whole and lookups are done before the first resource; `components/gpu_cluster.py` then
builds the parts in the order in which they need each other. A stack on a platform builds no cluster, and uses
that of another stack (`components/tenant.py`).
"""

import pulumi

from components.aws_facts import PulumiAwsFacts
from components.stack import build_stack
from settings.stack_config import load

facts = PulumiAwsFacts()
settings = load(lambda: facts)

for name, value in build_stack(settings, facts).items():
    pulumi.export(name, value)
