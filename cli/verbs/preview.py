"""`preview`: what `up` would change."""

from cli import options
from cli.policies import POLICY_PACK
from cli.pulumi import run_pulumi
from cli.sandbox_stack import preview_in_sandbox
from cli.stacks import find_stack


def preview(stack: options.Stack = "sandbox") -> None:
    """Show what `up` would change; nothing is changed."""
    found = find_stack(stack)
    found.examine()
    if found.sandbox:
        preview_in_sandbox(found)
    else:
        run_pulumi(found, "preview", "--policy-pack", str(POLICY_PACK))
