"""What the stranger calls things."""

CLUSTER = "legacy"
"""Name of the cluster, and the start of every other name in AWS."""

REGION = "us-west-2"
"""Where it is."""
