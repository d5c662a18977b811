"""`up`: have what the settings say."""

from cli import options
from cli.adoption.look import refuse_clashes
from cli.aws_clients import client_maker
from cli.log_group import refuse_log_group
from cli.policies import POLICY_PACK
from cli.pulumi import require_programs, run_pulumi
from cli.sandbox_stack import up_in_sandbox
from cli.stacks import find_stack


def up(stack: options.Stack = "sandbox") -> None:
    """Deploy the stack: into the sandbox on this machine, or by `pulumi up`."""
    found = find_stack(stack)
    found.examine(deploys=True)
    if found.sandbox:
        up_in_sandbox(found)
    else:
        require_programs(found)
        refuse_clashes(found)
        refuse_log_group(found, client_maker(found, None))
        run_pulumi(found, "up", "--policy-pack", str(POLICY_PACK))
