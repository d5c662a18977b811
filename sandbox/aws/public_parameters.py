"""The public SSM parameters under which EKS publishes its images.

moto has none, and refuses to store names under /aws.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.machine_images import RELEASES, EksImage, all_images
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

PREFIX = "/aws/service/eks/optimized-ami/"


@operation("ssm", "GetParameter")
def get_parameter(world: World, parameters: Parameters) -> Answer:
    """One parameter; moto answers for names outside EKS's prefix."""
    name = str(parameters["Name"])
    if not name.startswith(PREFIX):
        return None
    if name not in _values():
        raise AwsError("ParameterNotFound", f"Parameter {name} not found.")
    return {"Parameter": _parameter(world, name)}


@operation("ssm", "GetParameters")
def get_parameters(world: World, parameters: Parameters) -> Answer:
    """Several parameters, with those that do not exist listed apart."""
    names = [str(name) for name in parameters["Names"]]
    if not all(name.startswith(PREFIX) for name in names):
        return None
    known = [name for name in names if name in _values()]
    return {
        "Parameters": [_parameter(world, name) for name in known],
        "InvalidParameters": sorted(set(names) - set(known)),
    }


@operation("ssm", "GetParametersByPath")
def get_parameters_by_path(world: World, parameters: Parameters) -> Answer:
    """Every parameter below a path. All on one page."""
    path = str(parameters["Path"]).rstrip("/") + "/"
    if not path.startswith(PREFIX):
        return None
    below = [name for name in _values() if name.startswith(path)]
    if not parameters.get("Recursive"):
        below = [name for name in below if "/" not in name.removeprefix(path)]
    return {"Parameters": [_parameter(world, name) for name in below]}


@cache
def _values() -> Mapping[str, str]:
    values: dict[str, str] = {}
    for image in all_images():
        folder = f"{PREFIX}{image.kubernetes}/amazon-linux-2023/{image.architecture}/{image.variant}"
        values |= _of_image(f"{folder}/{image.name}", image)
        if image.release == RELEASES[0]:
            values |= _of_image(f"{folder}/recommended", image)
    return values


def _of_image(path: str, image: EksImage) -> dict[str, str]:
    return {
        f"{path}/image_id": image.id,
        f"{path}/image_name": image.name,
        f"{path}/release_version": image.release_version,
    }


def _parameter(world: World, name: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Type": "String",
        "Value": _values()[name],
        "Version": 1,
        "DataType": "text",
        "ARN": f"arn:{world.partition}:ssm:{world.region}::parameter{name}",
    }
