"""What this project calls its nodes and what it counts on them: the labels and device resources of a node.

The program writes the labels, the command line reads them back; one place spells them.
"""

PROGRAM = "gpu"
"""What every resource's name in Pulumi begins with, and so every name that Pulumi makes of it in AWS."""

POOL_LABEL = "eks-efa/pool"
"""On every GPU node, managed or Karpenter's: the name of its node group or provisioner in the settings."""

NVIDIA_LABEL = "eks-efa/nvidia"
"""`true` on every node that has NVIDIA GPUs, whichever pool it is of and whosever that is."""

EFA_LABEL = "eks-efa/efa"
"""`true` on every node that has EFA interfaces or, in a provisioner with `efa: dynamic`, may get some."""

STACK_TAG = "eks-efa/stack"
"""On everything of a stack in AWS, Karpenter's nodes included: the stack's name."""

SYSTEM_LABEL = "eks-efa/system"
"""On every node of the system node group."""

GPU_RESOURCE = "nvidia.com/gpu"
"""Whole GPUs, as NVIDIA's device plugin announces them."""

EFA_RESOURCE = "vpc.amazonaws.com/efa"
"""EFA devices, as the EFA device plugin announces them and Karpenter plans with them."""

NEURON_RESOURCE = "aws.amazon.com/neuron"
"""Neuron devices, as AWS's Neuron device plugin announces them; this program installs none."""
