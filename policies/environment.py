"""What a rule may know of the stack it judges, beside its resources: how strict to be, and who is an
admin."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from knowledge import clock
from knowledge.eks_addons import EKS_ADDONS, FLOATING

Kind = Literal["prod", "dev", "sandbox"]
"""A stack of the emulated AWS is `sandbox` whatever it says of its environment; what says nothing is
`prod`."""

KINDS: tuple[Kind, ...] = get_args(Kind)

SETTINGS = ("environment", "sandbox", "cluster", "network")
"""Keys of the stack's settings that are read here."""


@dataclass(frozen=True)
class Environment:
    """Where a stack is deployed."""

    kind: Kind
    admin_role_arns: frozenset[str] = frozenset()
    """Roles that the settings name as the cluster's administrators."""
    today: date = field(default_factory=lambda: clock.today())
    """The day that EKS's support is counted by."""
    floating_addons: frozenset[str] = frozenset()
    """Names of the EKS addons whose version the settings leave to EKS."""
    is_given_up: bool = False
    """Whether the settings say in so many words that the cluster is not protected: the first of the steps by
    which a stack is taken away."""
    has_private_way: bool = False
    """Whether the settings let somebody outside the cluster reach the private endpoint of its API."""

    @property
    def is_prod(self) -> bool:
        """Whether the strict demands hold."""
        return self.kind == "prod"

    @classmethod
    def of(cls, config: Mapping[str, str]) -> "Environment":
        """Read the stack's own settings, by their keys without the project's name; values as Pulumi keeps
        them, the structured ones as JSON."""
        cluster, network = (json.loads(config.get(key) or "{}") or {} for key in ("cluster", "network"))
        access = cluster.get("privateAccess") or {}
        has_rule = bool(access.get("cidrs") or access.get("securityGroupIds"))
        return cls(
            kind=_kind(config),
            admin_role_arns=frozenset(cluster.get("adminRoleArns") or ()),
            floating_addons=_floating_addons(cluster),
            is_given_up=cluster.get("deletionProtection") is False,
            has_private_way=has_rule and bool(network.get("existing") or access.get("vpcConnected")),
        )


def _floating_addons(cluster: Mapping[str, Any]) -> frozenset[str]:
    """None where there are no settings of a cluster of ours."""
    versions = cluster.get("addons") or {}
    found = (name for key, name in EKS_ADDONS.items() if versions.get(key, FLOATING) == FLOATING)
    return frozenset(found if cluster and not cluster.get("existing") else ())


def _kind(config: Mapping[str, str]) -> Kind:
    if config.get("sandbox") == "true":
        return "sandbox"
    return "dev" if config.get("environment") == "dev" else "prod"
