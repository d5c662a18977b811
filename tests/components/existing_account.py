"""An account with a cluster that somebody else made, for the program under mocks."""

from typing import Any

from tests.components.fake_account import ACCOUNT_ID, REGION, FakeAccount

VPC_ID = "vpc-0123456789abcdef0"
PRIVATE = {"us-west-2a": "subnet-000000000000000a1", "us-west-2b": "subnet-000000000000000b1"}
PUBLIC = {"us-west-2a": "subnet-000000000000000a2", "us-west-2b": "subnet-000000000000000b2"}
GROUP_ID = "sg-0123456789abcdef0"
NODES_GROUP_ID = "sg-0fedcba9876543210"

CLUSTER: dict[str, Any] = {
    "name": "legacy",
    "arn": f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/legacy",
    "status": "ACTIVE",
    "version": "1.34",
    "endpoint": "https://legacy.test",
    "certificateAuthorities": [{"data": "Q0E="}],
    "identities": [{"oidcs": [{"issuer": "https://oidc.test/id/legacy"}]}],
    "vpcConfig": {
        "vpcId": VPC_ID,
        "subnetIds": [*PRIVATE.values(), *PUBLIC.values()],
        "clusterSecurityGroupId": GROUP_ID,
    },
    "kubernetesNetworkConfigs": [{"serviceIpv4Cidr": "10.100.0.0/16", "ipFamily": "ipv4"}],
    "accessConfigs": [{"authenticationMode": "API_AND_CONFIG_MAP"}],
}


class ExistingAccount(FakeAccount):
    """`absent` names a cluster or an addon that is not there; `tags` are those of things by id;
    with `own_groups` the nodes there carry security groups of their own; `addon` is what is told of each."""

    def __init__(
        self,
        *,
        absent: frozenset[str] = frozenset(),
        tags: dict[str, dict[str, str]] | None = None,
        cluster: dict[str, Any] | None = None,
        own_groups: bool = False,
        addon: dict[str, Any] | None = None,
    ) -> None:
        zones = {subnet_id: zone for group in (PRIVATE, PUBLIC) for zone, subnet_id in group.items()}
        super().__init__(absent=absent, zone_of_subnet=zones)
        self._tags = tags or {}
        self._own_groups = own_groups
        self._addon = addon or {}
        self._cluster = CLUSTER | (cluster or {})

    def _get_cluster(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["name"] in self._absent or args["name"] != self._cluster["name"]:
            raise LookupError(f"reading EKS Cluster ({args['name']}): couldn't find resource")
        return self._cluster

    def _get_addon(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["addonName"] in self._absent:
            raise LookupError(f"reading EKS Add-On ({args['addonName']}): couldn't find resource")
        plain = {"serviceAccountRoleArn": "", "podIdentityAssociations": []}
        return {"addonVersion": "v1.20.4-eksbuild.1", "configurationValues": "", **plain, **self._addon}

    def _get_node_groups(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"names": ["default"]}

    def _get_node_group(self, args: dict[str, Any]) -> dict[str, Any]:
        sizes = {"desiredSize": 2, "maxSize": 4, "minSize": 2}
        taints = [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}]
        types = ["m6i.xlarge"]
        return {
            "status": "ACTIVE",
            "scalingConfigs": [sizes],
            "launchTemplates": [{"id": "lt-1", "name": "default", "version": "1"}]
            if self._own_groups
            else [],
            "instanceTypes": types,
            "taints": taints,
            "tags": {},
        }

    def _get_subnet(self, args: dict[str, Any]) -> dict[str, Any]:
        return super()._get_subnet(args) | {"tags": self._tags.get(args["id"], {})}

    def _get_security_group(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"id": args["id"], "vpcId": VPC_ID, "tags": self._tags.get(args["id"], {})}

    def _get_launch_template(self, args: dict[str, Any]) -> dict[str, Any]:
        """Interfaces that name groups besides."""
        interfaces = [{"securityGroups": [NODES_GROUP_ID, "sg-0fedcba9876543211"]}]
        return {"vpcSecurityGroupIds": [GROUP_ID, NODES_GROUP_ID], "networkInterfaces": interfaces}

    def _get_route_table(self, args: dict[str, Any]) -> dict[str, Any]:
        """Public subnets have a table of their own, private ones go by the main one of the VPC."""
        if args.get("subnetId") in PUBLIC.values():
            return {"routes": [{"gatewayId": "local"}, {"gatewayId": "igw-0123456789abcdef0"}]}
        if "subnetId" in args:
            raise LookupError("query returned no results. Please change your search criteria and try again")
        assert args["filters"] == [{"name": "association.main", "values": ["true"]}]
        return {"routes": [{"gatewayId": "local"}, {"gatewayId": ""}]}
