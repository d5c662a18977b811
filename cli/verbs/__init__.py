"""The verbs of `eks-efa`, one file each."""
