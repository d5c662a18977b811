"""Runs a policy pack as Pulumi's Python language host does, and ends with whoever started it.

Started by its path, with the arguments of `python -m pulumi.policy`: the engine's address and the pack's
folder. A pack serves until it is ended, and an engine that is killed ends nobody; but its end of our standard
input is closed then, whatever killed it.
"""

import os
import runpy
import sys
from threading import Thread


def _end_with_the_engine() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    Thread(target=_end_with_the_engine, daemon=True).start()
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
