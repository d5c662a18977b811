"""A cluster that somebody made with calls of AWS's own, for functions to look up."""

import json

from sandbox.engine.world import World
from tests.sandbox.engine.handlers.cluster_scenario import two_subnets
from tests.sandbox.engine.handlers.scenario import role, unique


def existing_cluster(world: World) -> str:
    """The name of one with the addon vpc-cni and the node group `default` of two tainted nodes."""
    name, subnet_ids = unique("legacy"), two_subnets(world)
    world.eks.create_cluster(
        name=name,
        version="1.34",
        roleArn=role(world).outputs["arn"],
        resourcesVpcConfig={"subnetIds": subnet_ids},
        kubernetesNetworkConfig={"serviceIpv4Cidr": "10.100.0.0/16"},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
        tags={"team": "web"},
    )
    configuration = json.dumps({"enableNetworkPolicy": "true"})
    world.eks.create_addon(clusterName=name, addonName="vpc-cni", configurationValues=configuration)
    world.eks.create_nodegroup(
        clusterName=name,
        nodegroupName="default",
        nodeRole=role(world).outputs["arn"],
        subnets=subnet_ids,
        instanceTypes=["m6i.xlarge"],
        scalingConfig={"minSize": 2, "maxSize": 4, "desiredSize": 2},
        taints=[{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}],
        tags={"team": "web"},
    )
    return name
