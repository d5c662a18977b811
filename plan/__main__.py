"""Entry point of `python -m plan`: the plans of some stacks, each as a line of JSON.

A stack that cannot be planned has a line too, `{"stack": ..., "problem": ...}`, and the others are planned.
"""

import argparse
import gc
import json
import logging
import os
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from unittest.mock import patch


def main() -> int:
    """Plan the stacks one after the other; the exit code."""
    parser = argparse.ArgumentParser(prog="plan", description="Prints what a Pulumi program asks for.")
    parser.add_argument("--program", type=Path, required=True, help="directory of the Pulumi program")
    parser.add_argument("stacks", nargs="+", metavar="STACK", help="stack, as in Pulumi.<stack>.yaml")
    help = "let the program download what is not in the cache, in place of a placeholder"
    parser.add_argument("--downloads", action="store_true", help=help)
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
        warned: list[str] = []
        try:
            # Our output is for plans, whatever the program prints.
            with redirect_stdout(sys.stderr), nullcontext() if options.downloads else _offline():
                plan = plan_stack(program, stack, registry(), downloads=options.downloads, warned=warned)
                line = plan.to_json()
        except Exception as error:
            line = json.dumps({"stack": stack, **_problem(error), "warnings": warned}, ensure_ascii=False)
        sys.stdout.write(line + "\n")
    return 0


@contextmanager
def _offline() -> Iterator[None]:
    """No connection to anywhere, whatever the program tries: a plan is the same without a network."""

    def refuse(*_arguments: object) -> None:
        raise OSError("a plan is made offline")

    with patch.object(socket.socket, "connect", refuse), patch.object(socket, "getaddrinfo", refuse):
        yield


def _problem(error: Exception) -> dict[str, object]:
    """Why a stack cannot be planned, with the faults of its settings one by one where the program gives them.

    They are read by their attributes: another revision of the program has a class of its own for them.
    """
    faults = getattr(error, "faults", ())
    keys = ("path", "what", "allowed", "cure", "certain")
    return {
        "problem": str(error) or type(error).__name__,
        "faults": [{key: getattr(fault, key) for key in keys if hasattr(fault, key)} for fault in faults],
    }


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking the SDKs apart object by object takes another 0.2 s
