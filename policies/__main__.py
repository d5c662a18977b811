"""The policy pack as a program: what Pulumi's engine, or the sandbox's, starts and then asks.

    pulumi preview --policy-pack policies

A program's own folder comes first on its path. Modules here are named from the folder above, which therefore
takes its place.
"""

import sys
from importlib import import_module
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
import_module("policies.pack").serve()
