"""One resource's life, from creation to deletion, and the same again after kills."""

from dataclasses import dataclass, field
from itertools import count

from sandbox.engine.handler import Handler
from sandbox.engine.handlers import registry
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_NUMBERS = count(1)


def unique(name: str = "thing") -> str:
    """A name as the engine makes them, that no other creation has."""
    return f"{name}-{next(_NUMBERS):07x}"


@dataclass
class Made:
    """A resource of a test, created by its handler."""

    world: World
    handler: Handler
    name: str
    id: str
    inputs: Properties
    outputs: Properties = field(default_factory=dict)

    def update(self, **changes: object) -> Properties:
        """Change inputs; what is None is left out from then on."""
        merged = {**self.inputs, **changes}
        inputs = {key: value for key, value in merged.items() if value is not None}
        self.outputs = self.handler.update(self.world, self.id, self.inputs, inputs)
        self.inputs = inputs
        return self.outputs

    def delete(self) -> None:
        self.handler.delete(self.world, self.id, self.inputs, self.outputs)

    def found(self) -> str | None:
        """What a run that was killed in the creation would find."""
        return self.handler.find(self.world, self.name, self.inputs)


def make(world: World, type: str, **inputs: object) -> Made:
    """Create a resource by the handler of its type."""
    handler, name = registry().get(type), unique()
    id, outputs = handler.create(world, name, dict(inputs))
    return Made(world, handler, name, id, dict(inputs), outputs)


def vpc(world: World) -> Made:
    return make(world, "aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")


def subnet(world: World, vpc_id: str, zone: str = "a", block: str = "10.0.0.0/24") -> Made:
    return make(
        world,
        "aws:ec2/subnet:Subnet",
        vpcId=vpc_id,
        cidrBlock=block,
        availabilityZone=f"{world.region}{zone}",
    )


TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Sid": "Nodes", "Effect": "Allow", '
    '"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
)


def policy_document(action: str) -> str:
    return (
        '{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", '
        f'"Action": "{action}", "Resource": "*"}}]}}'
    )


CNI_POLICY = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"


def role(world: World) -> Made:
    """A role that does for nodes in a cluster whose VPC CNI has none of its own."""
    made = make(world, "aws:iam/role:Role", assumeRolePolicy=TRUST)
    world.iam.attach_role_policy(RoleName=str(made.outputs["name"]), PolicyArn=CNI_POLICY)
    return made
