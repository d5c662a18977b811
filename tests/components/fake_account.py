"""An AWS account for the program under mocks: it answers lookups, with instance types as moto knows them."""

import re
from collections import Counter
from typing import Any

from pydantic.alias_generators import to_camel

from tests.knowledge.moto_instance_types import as_lookup, descriptions, efa_type_names

REGION = "us-west-2"
ACCOUNT_ID = "123456789012"
ZONES = {f"{REGION}{letter}": f"usw2-az{number}" for number, letter in enumerate("abcd", start=1)}
VPC_CIDR = "10.0.0.0/16"


class FakeAccount:
    """Answers Pulumi's lookups; `calls` counts them by token, `absent` names what is not there."""

    def __init__(
        self,
        *,
        absent: frozenset[str] = frozenset(),
        zone_of_subnet: dict[str, str] | None = None,
        caller_arn: str = f"arn:aws:iam::{ACCOUNT_ID}:user/test",
        access_entries: dict[str, dict[str, str]] | None = None,
    ):
        """`access_entries` are the tags of those of the stack's own cluster, by principal; None: there is no
        cluster yet."""
        self._caller_arn = caller_arn
        self._access_entries = access_entries
        self.calls: Counter[str] = Counter()
        self.last_args: dict[str, Any] = {}
        self._absent = absent
        self.volume_key = "alias/aws/ebs"
        self._zone_of_subnet = zone_of_subnet or {}

    def call(self, token: str, args: dict[str, Any]) -> dict[str, Any]:
        self.calls[token] += 1
        self.last_args = args
        words = re.sub("([A-Z])", r"_\1", token.rpartition(":")[2]).lower()
        answer = getattr(self, f"_{words}", None)
        if answer is None:
            raise AssertionError(f"the program asks {token}, which this fake account does not know")
        return dict(answer(args))

    def _get_region(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"region": REGION, "id": REGION, "name": REGION}

    def _get_caller_identity(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"accountId": ACCOUNT_ID, "arn": self._caller_arn, "userId": "test"}

    def _get_session_context(self, args: dict[str, Any]) -> dict[str, Any]:
        """Every role is in the path /team/."""
        name = args["arn"].split("/")[1]
        return {**args, "issuerArn": f"arn:aws:iam::{ACCOUNT_ID}:role/team/{name}"}

    def _get_cluster(self, args: dict[str, Any]) -> dict[str, Any]:
        if self._access_entries is None:
            raise LookupError(f"reading EKS Cluster ({args['name']}): couldn't find resource")
        return {
            "name": args["name"],
            "arn": f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/{args['name']}",
            "status": "ACTIVE",
            "version": "1.35",
            "endpoint": "https://cluster.test",
            "certificateAuthorities": [{"data": "Q0E="}],
            "identities": [{"oidcs": [{"issuer": "https://oidc.test/id/1"}]}],
            "vpcConfig": {
                "vpcId": "vpc-0123456789abcdef0",
                "subnetIds": [],
                "clusterSecurityGroupId": "sg-0cluster",
            },
            "kubernetesNetworkConfigs": [{"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4"}],
            "accessConfigs": [{"authenticationMode": "API"}],
        }

    def _get_access_entry(self, args: dict[str, Any]) -> dict[str, Any]:
        entries = self._access_entries or {}
        if args["principalArn"] not in entries:
            raise LookupError(f"reading EKS Access Entry ({args['principalArn']}): couldn't find resource")
        return {**args, "tags": entries[args["principalArn"]]}

    def _get_partition(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}

    def _get_availability_zones(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"names": list(ZONES), "zoneIds": list(ZONES.values())}

    def _get_instance_type_offerings(self, args: dict[str, Any]) -> dict[str, Any]:
        (name,) = args["filters"][0]["values"]
        return {"locations": list(ZONES) if name in descriptions() else []}

    def _get_instance_type(self, args: dict[str, Any]) -> dict[str, Any]:
        return dict(_camel_cased(as_lookup(descriptions()[args["instanceType"]])))

    def _get_instance_types(self, args: dict[str, Any]) -> dict[str, Any]:
        wants_efa = bool(args.get("filters"))
        return {"instanceTypes": efa_type_names() if wants_efa else list(descriptions())}

    def _get_vpc(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["id"] in self._absent:
            raise LookupError("no matching EC2 VPC found")
        return {"id": args["id"], "cidrBlock": VPC_CIDR, "cidrBlockAssociations": _associations()}

    def _get_subnet(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["id"] in self._absent:
            raise LookupError("no matching EC2 Subnet found")
        zones = sorted(self._zone_of_subnet)
        return {
            "id": args["id"],
            "vpcId": "vpc-0123456789abcdef0",
            "availabilityZone": self._zone_of_subnet[args["id"]],
            "cidrBlock": f"10.0.{32 * zones.index(args['id'])}.0/19",
        }

    def _get_default_kms_key(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"keyArn": self.volume_key}

    def _get_key_pair(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["keyName"] in self._absent:
            raise LookupError("no matching EC2 Key Pair found")
        return {"id": "key-0123456789abcdef0", "keyName": args["keyName"]}

    def _get_capacity_block_reservation(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["id"] in self._absent:
            raise LookupError("no matching EC2 Capacity Block Reservation found")
        return {**args, "availabilityZone": "us-west-2a", "instanceType": "p4d.24xlarge", "state": "active"}

    def _get_parameter(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["name"] in self._absent:
            raise LookupError("couldn't find resource")
        return {"name": args["name"], "value": f"ami-{abs(hash(args['name'])) % 16**17:017x}"}

    def _get_addon_version(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["addonName"] in self._absent:
            raise LookupError("couldn't find resource")
        return {"version": f"v1.20.4-eksbuild.1+{args['addonName']}"}


def _associations() -> list[dict[str, str]]:
    return [
        {"associationId": "a", "state": "associated", "cidrBlock": cidr}
        for cidr in (VPC_CIDR, "100.64.0.0/16")
    ]


def _camel_cased(value: Any) -> Any:
    """The value with the provider's own names of properties in place of the Python SDK's."""
    if isinstance(value, dict):
        return {to_camel(key): _camel_cased(each) for key, each in value.items()}
    return [_camel_cased(each) for each in value] if isinstance(value, list) else value
