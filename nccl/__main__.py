"""`python -m nccl LOG...`: the verdict alone, with nothing but the standard library.

For a pod or a pipeline without this project's requirements. Prints the report's JSON; exits with 0, 1 or 2
for PASS, FAIL or INCONCLUSIVE. `eks-efa nccl report` does the same with tables, pictures and a run folder.
"""

import argparse
import sys
from pathlib import Path

from nccl.document import to_json
from nccl.instance_types import has_form, normalised
from nccl.report import report_on
from nccl.verdict import Expectation


def main(arguments: list[str] | None = None) -> int:
    """Judge the logs and print the JSON; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nccl", description=__doc__)
    parser.add_argument("logs", nargs="+", type=Path, metavar="LOG")
    parser.add_argument("--expect", choices=("socket", "efa"), help="the provider that the run was to use")
    parser.add_argument("--interfaces", type=int, help="EFA interfaces of one node")
    parser.add_argument("--instance-type", type=_instance_type, help="chooses the floor of the bus bandwidth")
    parser.add_argument("--nodes", type=int, help="nodes of the run; the log must agree")
    parser.add_argument("--collective", help="all_reduce, ...; the log must agree")
    parser.add_argument("--compare", type=Path, metavar="SOCKET_LOG", help="the run without EFA")
    given = parser.parse_args(arguments)
    expected = Expectation(given.expect, given.interfaces, given.instance_type, given.nodes, given.collective)
    report = report_on(given.logs, expected, given.compare)
    sys.stdout.write(to_json(report))
    return report.outcome.exit_code


def _instance_type(given: str) -> str:
    """A misspelt type would leave the floor out. Not which exist is known here, only how they are named."""
    name = normalised(given)
    if not has_form(name):
        raise argparse.ArgumentTypeError(f'"{given}" is no instance type; write it like p5.48xlarge')
    return name


if __name__ == "__main__":
    sys.exit(main())
