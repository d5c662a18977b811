"""A Pulumi program of a few resources in a folder of its own, and its plan."""

import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

from plan.document import Plan, Planned
from plan.run import plan_stack
from sandbox.engine.handlers import registry
from sandbox.engine.values import Properties

PROJECT = """\
name: small
runtime: python
config:
  cidr: {default: 10.0.0.0/16}
"""

HEAD = """\
import pulumi
import pulumi_aws as aws

config = pulumi.Config()

class Part(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("small:index:Part", name)

inside = lambda part: pulumi.ResourceOptions(parent=part)
"""

NETWORK = """\
part = Part("network")
vpc = aws.ec2.Vpc("vpc", cidr_block=config.require("cidr"), opts=inside(part))
aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=inside(part))
pulumi.export("vpcId", vpc.id)
"""


def write(folder: Path, program: str = NETWORK, **stacks: str) -> Path:
    """A folder with the program; stacks by name, as the text below `config:`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "__main__.py").write_text(HEAD + textwrap.dedent(program))
    for name, config in (stacks or {"one": "aws:region: us-west-2"}).items():
        (folder / f"Pulumi.{name}.yaml").write_text(f"config:\n  {config}\n")
    return folder


def planned(folder: Path, program: str = NETWORK, stack: str = "one", **stacks: str) -> Plan:
    return plan_stack(write(folder, program, **stacks), stack, registry())


def resource(type: str, name: str, inputs: Properties, **options: Any) -> Planned:
    """A planned resource without a program."""
    return replace(Planned(type, name, f"urn:pulumi:one::small::{type}::{name}", "", inputs), **options)


def plan_of(*resources: Planned, outputs: Properties | None = None, stack: str = "one") -> Plan:
    return Plan.of(stack, "us-west-2", resources, outputs or {})
