"""Answers what the program asks of AWS without asking AWS.

Instance types, their zones and the like are data, and answered as in the sandbox. Images and addon versions
are AWS's to choose on the day of the deployment: they get stand-ins. What the settings say exists is assumed
to exist.
"""

from collections.abc import Callable, Mapping
from threading import Lock

from plan.assumptions import VPC_RANGE, Existing
from plan.emulated import OfflineWorld
from plan.offers import Offers
from plan.wanted import Wanted
from sandbox.engine.errors import SandboxError
from sandbox.engine.functions import FUNCTIONS
from sandbox.engine.registration import Registered
from sandbox.engine.stack_files import StackFiles
from sandbox.engine.values import Properties

FROM_DATA = frozenset(
    {
        "aws:index/getAvailabilityZones:getAvailabilityZones",
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getPartition:getPartition",
        "aws:index/getRegion:getRegion",
        "aws:ebs/getDefaultKmsKey:getDefaultKmsKey",
        "aws:ec2/getInstanceType:getInstanceType",
        "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings",
        "aws:ec2/getInstanceTypes:getInstanceTypes",
    }
)
"""Functions whose answer needs no account; the engine's own answer them."""


class OfflineAccount:
    """What the program may know of AWS. Safe for several threads."""

    def __init__(self, files: StackFiles) -> None:
        """`files` are the stack's: its region, and the things that its settings say exist."""
        self._existing = Existing.of(files)
        wanted = Wanted.of(files, tuple(self._existing.zone_of_subnet.values()))
        self._world = OfflineWorld(files.region, Offers(files.region, wanted, self._doubt))
        self._lock = Lock()
        self._assumptions: set[str] = set()
        self._doubts: set[str] = set()
        self._answers: Mapping[str, Callable[[Properties], Properties]] = {
            "aws:ssm/getParameter:getParameter": self._parameter,
            "aws:eks/getAddonVersion:getAddonVersion": self._addon_version,
            "aws:eks/getCluster:getCluster": self._no_cluster,
            "aws:eks/getAccessEntry:getAccessEntry": self._no_access_entry,
            "aws:ec2/getVpc:getVpc": self._vpc,
            "aws:ec2/getSubnet:getSubnet": self._subnet,
            "aws:ec2/getKeyPair:getKeyPair": self._key_pair,
            "aws:ec2/getCapacityBlockReservation:getCapacityBlockReservation": self._capacity_block,
            **(self._existing.cluster.answers(self.assume) if self._existing.cluster else {}),
        }

    @property
    def assumptions(self) -> frozenset[str]:
        """What was taken for granted, a line each."""
        return frozenset(self._assumptions)

    @property
    def doubts(self) -> frozenset[str]:
        """What the settings want and the list of one day does not have, a line each."""
        return frozenset(self._doubts)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """The result of a provider function; SandboxError for one that only an account can answer."""
        if token in FROM_DATA:
            return FUNCTIONS[token](self._world, arguments)
        if token not in self._answers:
            raise SandboxError(token, "only an account can answer this", "add it to plan/account.py")
        return self._answers[token](arguments)

    def read(self, type: str, name: str, id: str, inputs: Properties) -> Registered:
        """A resource of somebody else's is as it is: nothing of it is known but what the program says."""
        self.assume(f"{type.rpartition(':')[2]} {id} exists, with whatever outputs are needed")
        return Registered(id, inputs)

    def assume(self, line: str) -> None:
        """Take something for granted, and say so."""
        with self._lock:
            self._assumptions.add(line)

    def _doubt(self, line: str) -> None:
        with self._lock:
            self._doubts.add(line)

    def _parameter(self, arguments: Properties) -> Properties:
        value = f"${{parameter {arguments['name']}}}"
        return {**arguments, "id": arguments["name"], "type": "String", "value": value, "version": 1}

    def _addon_version(self, arguments: Properties) -> Properties:
        chosen = "newest" if arguments.get("mostRecent") else "default"
        version = f"${{{chosen} {arguments['addonName']} for Kubernetes {arguments['kubernetesVersion']}}}"
        return {**arguments, "id": arguments["addonName"], "version": version}

    def _no_cluster(self, arguments: Properties) -> Properties:
        """A cluster that the stack makes is planned as for the first time."""
        what = f"reading EKS Cluster ({arguments['name']})"
        raise SandboxError(what, "couldn't find resource", "say in cluster.existing that it is there")

    def _no_access_entry(self, arguments: Properties) -> Properties:
        """A team is planned as for the first time."""
        what = f"reading EKS Access Entry ({arguments['principalArn']})"
        raise SandboxError(what, "couldn't find resource", "only AWS can tell who comes into a cluster")

    def _vpc(self, arguments: Properties) -> Properties:
        self.assume(f"VPC {arguments['id']} exists, with room for its subnets")
        block = {"associationId": "", "cidrBlock": VPC_RANGE, "state": "associated"}
        return {**arguments, "cidrBlock": VPC_RANGE, "cidrBlockAssociations": [block]}

    def _subnet(self, arguments: Properties) -> Properties:
        subnet_id: str = arguments["id"]
        zone = self._existing.zone_of_subnet.get(subnet_id)
        if zone is None:
            raise SandboxError(subnet_id, "no setting says what this subnet is", "name it in the settings")
        self.assume(f"subnet {subnet_id} is in {zone} and has room for all nodes")
        return {
            **arguments,
            "vpcId": self._existing.vpc_id,
            "availabilityZone": zone,
            "cidrBlock": self._existing.subnet_range(subnet_id),
            "tags": {},
        }

    def _key_pair(self, arguments: Properties) -> Properties:
        self.assume(f"key pair {arguments['keyName']} exists")
        return {**arguments, "id": arguments["keyName"]}

    def _capacity_block(self, arguments: Properties) -> Properties:
        reservation: str = arguments["id"]
        pool = self._existing.pool_of_reservation.get(reservation)
        if pool is None:
            raise SandboxError(
                reservation, "no setting says what this reservation is", "name it in the settings"
            )
        self.assume(f"reservation {reservation} fits {pool.get('name')}")
        types = pool.get("instanceTypes") or [pool.get("instanceType")]
        return {
            **arguments,
            "instanceType": types[0],
            "availabilityZone": pool.get("zone") or "",
            "state": "active",
        }
