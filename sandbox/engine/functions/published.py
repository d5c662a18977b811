"""Functions about what AWS publishes: SSM parameters and addon versions."""

from sandbox.engine.errors import SandboxError
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def get_parameter(world: World, arguments: Properties) -> Properties:
    """`aws:ssm/getParameter:getParameter`."""
    decrypt = arguments.get("withDecryption", True)
    found = world.ssm.get_parameter(Name=arguments["name"], WithDecryption=decrypt)["Parameter"]
    name = found["Name"]
    return {
        **arguments,
        "id": name,
        "arn": found.get("ARN") or world.arn("ssm", f"parameter{name}"),
        "insecureValue": found["Value"] if found["Type"] != "SecureString" else "",
        "name": name,
        "region": world.region,
        "type": found["Type"],
        "value": found["Value"],
        "version": found["Version"],
    }


def get_addon_version(world: World, arguments: Properties) -> Properties:
    """`aws:eks/getAddonVersion:getAddonVersion`: the default version, or the newest where asked."""
    addon, kubernetes = arguments["addonName"], arguments["kubernetesVersion"]
    found = world.eks.describe_addon_versions(addonName=addon, kubernetesVersion=kubernetes)["addons"]
    versions = [version for entry in found for version in entry.get("addonVersions", [])]  # newest first
    if not arguments.get("mostRecent"):
        versions = [
            version
            for version in versions
            if any(
                fit["clusterVersion"] == kubernetes and fit.get("defaultVersion")
                for fit in version["compatibilities"]
            )
        ]
    if not versions:
        fault = f"couldn't find resource: no version of {addon} for Kubernetes {kubernetes}"
        raise SandboxError("addon", fault, "choose another addon or Kubernetes version")
    return {**arguments, "id": addon, "region": world.region, "version": versions[0]["addonVersion"]}
