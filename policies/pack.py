"""The pack itself: all rules, as strict as the stack's own settings say."""

import pulumi
from pulumi_policy import PolicyPack

from policies.catalogue import RULES
from policies.crossguard import policies
from policies.environment import SETTINGS, Environment

NAME = "eks-efa-karpenter"


def serve() -> None:
    """Announce a port on standard output, then answer there until the process is ended."""
    PolicyPack(NAME, policies(RULES, environment()))


def environment() -> Environment:
    """The environment of the stack that the engine named; the strictest where it named none."""
    config = pulumi.Config()
    values = {key: config.get(key) for key in SETTINGS}
    return Environment.of({key: value for key, value in values.items() if value is not None})
