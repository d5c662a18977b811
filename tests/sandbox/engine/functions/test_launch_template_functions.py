"""A launch template that exists tells what its newest version says."""

from typing import Any

import pytest

from sandbox.engine.errors import SandboxError
from sandbox.engine.functions import FUNCTIONS
from sandbox.engine.world import World
from tests.sandbox.engine.handlers.scenario import make

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def found(world: World, **arguments: str) -> dict[str, object]:
    return dict(FUNCTIONS["aws:ec2/getLaunchTemplate:getLaunchTemplate"](world, dict(arguments)))


def test_the_newest_version_tells_its_security_groups(world: World) -> None:
    made = make(world, TEMPLATE, vpcSecurityGroupIds=["sg-1"], tags={"team": "web"})
    assert found(world, id=made.id)["vpcSecurityGroupIds"] == ["sg-1"]
    data: Any = {"NetworkInterfaces": [{"DeviceIndex": 0, "Groups": ["sg-2", "sg-3"]}]}
    world.ec2.create_launch_template_version(LaunchTemplateId=made.id, LaunchTemplateData=data)
    told = found(world, id=made.id)
    assert (told["defaultVersion"], told["latestVersion"]) == (1, 2)
    assert told["vpcSecurityGroupIds"] == []
    assert told["networkInterfaces"] == [{"deviceIndex": 0, "securityGroups": ["sg-2", "sg-3"]}]
    assert found(world, name=str(told["name"])) == told


def test_one_that_is_not_there_is_absent(world: World) -> None:
    with pytest.raises(SandboxError, match="no matching EC2 Launch Template found"):
        found(world, id="lt-0123456789abcdef0")
