"""What this project calls its nodes and what it counts on them: the labels and device resources of a node.

The program writes the labels, the command line reads them back; one place spells them.
"""

PROGRAM = "gpu"
"""What every resource's name in Pulumi begins with, and so every name that Pulumi makes of it in AWS."""

POOL_LABEL = "eks-efa/pool"
"""On every GPU node, managed or Karpenter's: the name of its node group or provisioner in the settings."""

STACK_TAG = "eks-efa/stack"
"""On everything of a stack in AWS, Karpenter's nodes included: the stack's name."""

SYSTEM_LABEL = "eks-efa/system"
"""On every node of the system node group."""

GPU_RESOURCE = "nvidia.com/gpu"
"""Whole GPUs, as NVIDIA's device plugin announces them."""

EFA_RESOURCE = "vpc.amazonaws.com/efa"
"""EFA devices, as the EFA device plugin announces them and Karpenter plans with them."""
