"""Entry point of `python -m plan`: the plans of some stacks, each as a line of JSON.

A stack that cannot be planned has a line too, `{"stack": ..., "problem": ...}`, and the others are planned.
"""

import argparse
import gc
import json
import logging
import os
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path


def main() -> int:
    """Plan the stacks one after the other; the exit code."""
    parser = argparse.ArgumentParser(prog="plan", description="Prints what a Pulumi program asks for.")
    parser.add_argument("--program", type=Path, required=True, help="directory of the Pulumi program")
    parser.add_argument("stacks", nargs="+", metavar="STACK", help="stack, as in Pulumi.<stack>.yaml")
    options = parser.parse_args()
    # Pulumi's SDKs are half a million objects that stay: looking through them for cycles while they are
    # imported would take a fifth of the time.
    gc.set_threshold(200_000, 50, 50)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited")

    from plan.run import plan_stack
    from sandbox.engine.handlers import registry

    program = options.program.resolve()
    for stack in options.stacks:
        try:
            with redirect_stdout(sys.stderr):  # ours is for plans, whatever the program prints
                line = plan_stack(program, stack, registry()).to_json()
        except Exception as error:
            line = json.dumps({"stack": stack, "problem": str(error) or type(error).__name__})
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking the SDKs apart object by object takes another 0.2 s
