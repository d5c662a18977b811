"""The versions that a stack gets where it names none, and the least Karpenter by Kubernetes minor."""

from collections.abc import Mapping

from knowledge.compatibility.table import table

DEFAULT_KUBERNETES = "1.35"
DEFAULT_KARPENTER = "1.14.0"
"""The defaults are the pair that the sandbox runs."""

MINIMUM_KARPENTER: Mapping[str, str] = table().karpenter.minimum
"""Least Karpenter release by Kubernetes minor."""
