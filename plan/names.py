"""What a plan calls things that do not exist yet: `${Vpc gpu-network-vpc.id}` names resource and output."""

CLUSTER = "eks:index:Cluster"
"""pulumi-eks's component, which stands for the control plane."""

ACCOUNT = "123456789012"
"""An account number out of AWS's documentation; the plan asks no account for its own."""


def called(type: str, name: str) -> str:
    """What a resource is called in a stand-in: names are unique among resources of one kind only."""
    return f"{type.rpartition(':')[2]} {name}"


def stand_in(type: str, name: str, output: str) -> str:
    """What stands for an output of a resource."""
    return f"${{{called(type, name)}.{output}}}"
