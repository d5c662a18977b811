"""`scale-in`: take the pods away, and watch Karpenter take its nodes away."""

from cli import options
from cli.scale_in import scale_to_nothing
from cli.target import open_target


def scale_in(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    timeout: options.Timeout = None,
) -> None:
    """Delete the pods of scale-out and wait until Karpenter has removed every node that nobody needs."""
    scale_to_nothing(open_target(stack, kubeconfig), timeout)
