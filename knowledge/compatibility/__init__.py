"""Which versions go together: Kubernetes and Karpenter, images and their drivers, and all that carries NCCL.

`table.toml` holds what public sources say, row by row, each with its source; `judge` holds a set of versions
against it. A pair is supported where a row says so, unsupported where a row rules it out, and untested where
no row knows it. What is not known is left open and said to be, never guessed.
"""

from knowledge.compatibility.judge import judge
from knowledge.compatibility.judgement import Finding, Judgement, Standing
from knowledge.compatibility.versions import VersionSet

__all__ = ["Finding", "Judgement", "Standing", "VersionSet", "judge"]
