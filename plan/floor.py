"""The least that any plan takes: Pulumi's own mocks with resources that ask nothing and depend on nothing.

    python -m plan.floor COUNT

What a plan takes beyond this is the program's and ours; the rest is Pulumi's SDKs, imported and registering.
"""

import gc
import os
import sys
from collections.abc import Callable
from typing import Any

from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks, set_mocks, test


class Echo(Mocks):
    """Every resource exists at once and is what it was asked to be."""

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Nothing is asked."""
        return {}, []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """The inputs are the outputs."""
        return f"{args.name}-id", dict(args.inputs)


def main(count: int) -> None:
    """Register so many resources and wait for all."""
    gc.set_threshold(200_000, 50, 50)  # as plan/__main__.py does
    set_mocks(Echo(), preview=True)

    def program() -> None:
        import pulumi_aws as aws

        for number in range(count):
            aws.ec2.Vpc(f"vpc-{number}", cidr_block="10.0.0.0/16", tags={"number": str(number)})

    run_to_its_end: Callable[[Callable[[], None]], Callable[[], None]] = test
    run_to_its_end(program)()


if __name__ == "__main__":
    main(int(sys.argv[1]))
    os._exit(0)
