"""What `pulumi.StackReference` is answered: the outputs of another stack of this sandbox."""

from sandbox.engine.errors import SandboxError
from sandbox.engine.places import account_instance
from sandbox.engine.registration import Registered
from sandbox.engine.state import StackState
from sandbox.engine.world import World

STACK_REFERENCE = "pulumi:pulumi:StackReference"


def read_stack_outputs(world: World, project: str, name: str) -> Registered:
    """The stack's outputs as its last `up` left them. SandboxError for one that is not up in this sandbox.

    `name` is `organization/project/stack`; a sandbox has stacks of one project, and knows no organizations.
    """
    _, _, project_and_stack = name.partition("/")
    named_project, _, stack = project_and_stack.rpartition("/")
    if not stack or named_project != project:
        raise SandboxError(name, "not a stack of this program", f"name one as organization/{project}/<stack>")
    state = StackState(world.paths.stacks / f"{stack}.json", stack, persistent=False)
    here = any(state) and state.places.get("aws") == account_instance(world, mark=False)
    if not here or not state.outputs:
        raise SandboxError(f"stack {stack}", "not up in this sandbox", f"run: eks-efa up --stack {stack}")
    # As Pulumi has it: the map is a secret whole, and tells by name which of its values are.
    answer = {
        "name": name,
        "outputs": state.outputs,
        "secretOutputNames": sorted(state.secret_outputs),
    }
    return Registered(name, answer, frozenset({"outputs"}) if state.secret_outputs else frozenset())
