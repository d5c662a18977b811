"""AWS's EFA device plugin: the least release that counts right, by what AWS's chart calls it."""

LEAST_CHART_ON_P6 = "v0.5.18"
"""The chart that brings plugin 0.5.10, as they are numbered apart (aws/eks-charts, Chart.yaml of
stable/aws-efa-k8s-device-plugin at 6688c6c, September 2025)."""

MISCOUNTED = "https://github.com/aws/sagemaker-hyperpod-cli/issues/282"
"""Before plugin 0.5.10 the `ibp*` devices of NVLink count as EFA interfaces: 10 and not 8 on p6-b200."""


def is_miscounted(instance_type: str) -> bool:
    """Whether an older plugin announces more EFA interfaces than nodes of the type have: the p6 families."""
    return instance_type.startswith(("p6-", "p6e-"))
