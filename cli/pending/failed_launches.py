"""A launch that failed, in one line with what to do, out of Karpenter's words about it.

Karpenter ends a NodeClaim that EC2 had no capacity for, or that the account does not allow, with an event
that quotes the fleet's errors, cut off at 300 characters; of any other failure it keeps a condition with a
reason (pkg/errors/errors.go and pkg/providers/instance/instance.go of karpenter-provider-aws 1.14). Not all
errors name the instance type: the NodePool does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cli.pending.evidence import Pool
from knowledge.vcpu_quotas import Quota, quota_of

SPOT_ROLE = "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"

_CODED = re.compile(
    r"(?:^|[,;] )([A-Z][A-Za-z]+(?:\.[A-Za-z]+)?): "
    r"(.+?)(?= \((?:a(?:ws?)?)?(?:-|\.\.\.)|; [A-Z]\w+: |\.\.\.|$)"
)
"""One error of the fleet: EC2's code and sentence, before Karpenter's `(aws-error-code=...` or its cut."""


@dataclass(frozen=True)
class Failure:
    """A launch that failed, in one line. `passes`: waiting alone may mend it, as Karpenter tries again."""

    text: str
    passes: bool = False


def failure_of(message: str, pool: Pool | None) -> Failure:
    """What an InsufficientCapacityError event of a NodeClaim means. `pool` is None where it is not known."""
    errors = dict(_CODED.findall(message))
    for code, meaning in _MEANINGS.items():
        if code in errors:
            return Failure(meaning(errors[code], pool))
    of_capacity = (said for code, said in errors.items() if "Capacity" in code)
    if sentence := next(of_capacity, None) or next(iter(errors.values()), None):
        return Failure(f"EC2: {sentence}".rstrip("."), passes=True)
    return Failure(about_claim(message), passes=True)


def about_claim(message: str) -> str:
    """An event's words about a NodeClaim, without its name in front."""
    return re.sub(r"^NodeClaim \S+ event: ", "", message)


def told_by_condition(reason: str, message: str, pool: Pool | None) -> str:
    """What the reason and message of a NodeClaim's condition `Launched` mean, where it is not true."""
    code = _CONDITIONS.get(reason)
    return _MEANINGS[code](message, pool) if code else message


def _vcpu_limit(sentence: str, pool: Pool | None) -> str:
    limit = re.search(r"vCPU limit of (\d+)", sentence)
    most = f"{limit.group(1)} " if limit else ""
    return f"EC2: the limit of {most}vCPUs is too low{_for(pool)}; {_raise_quota(pool, spot=False)}"


def _spot_limit(_: str, pool: Pool | None) -> str:
    return f"EC2: the limit of Spot Instances is reached{_for(pool)}; {_raise_quota(pool, spot=True)}"


def _spot_role(_: str, __: Pool | None) -> str:
    return f"EC2: the account has no service-linked role for Spot; make it once: {SPOT_ROLE}"


def _no_addresses(sentence: str, _: Pool | None) -> str:
    subnet = re.search(r"subnet-\w+", sentence)
    which = f"subnet {subnet.group(0)}" if subnet else "the subnet of the pool's zone"
    return f"EC2: {which} has no free address left; end nodes or pods there, or use a larger private subnet"


def _reservation_full(sentence: str, _: Pool | None) -> str:
    return f"EC2: {sentence.rstrip('.')}; free an instance of it, or enlarge the reservation"


def _fleets(_: str, __: Pool | None) -> str:
    return "EC2: as many fleets as the account may have; raise the quota of EC2 Fleet in Service Quotas"


def _verification(_: str, __: Pool | None) -> str:
    return "EC2: AWS still verifies the account for this region; it writes a mail once that is done"


_MEANINGS: Mapping[str, Callable[[str, Pool | None], str]] = {
    "AuthFailure.ServiceLinkedRoleCreationNotPermitted": _spot_role,
    "VcpuLimitExceeded": _vcpu_limit,
    "MaxSpotInstanceCountExceeded": _spot_limit,
    "PendingVerification": _verification,
    "InsufficientFreeAddressesInSubnet": _no_addresses,
    "MaxFleetCountExceeded": _fleets,
    "ReservationCapacityExceeded": _reservation_full,
}
"""Of EC2's codes those that waiting does not mend; of a fleet's errors the first of these is told."""

_CONDITIONS = {
    "SpotSLRCreationFailed": "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
    "VCPULimitExceeded": "VcpuLimitExceeded",
    "SpotQuotaExceeded": "MaxSpotInstanceCountExceeded",
    "AccountPendingVerification": "PendingVerification",
    "InsufficientFreeAddressesInSubnet": "InsufficientFreeAddressesInSubnet",
    "FleetQuotaExceeded": "MaxFleetCountExceeded",
}
"""EC2's codes by what Karpenter makes of them in conditions (`ToReasonMessage`)."""


def ended_at_once(claim: str) -> str:
    """EC2 took the launch and ended the instance before its node had joined."""
    return (
        f"EC2 ended the instance of {claim} before its node joined; its StateReason says why: where it is "
        "Client.InternalError, Karpenter's role may not use the key of its volume (docs/nodes.md)"
    )


def _for(pool: Pool | None) -> str:
    return f" for {', '.join(pool.instance_types)}" if pool and pool.instance_types else ""


def _raise_quota(pool: Pool | None, *, spot: bool) -> str:
    """A pool that may buy either way was refused in the way that the code tells; the quota is of that way."""
    bought_as_spot = spot or (pool is not None and pool.only_spot)
    types = pool.instance_types if pool else ()
    quotas = {quota for each in types if (quota := quota_of(each, spot=bought_as_spot))}
    return f"raise {_named(quotas, spot=bought_as_spot)} in Service Quotas"


def _named(quotas: set[Quota], *, spot: bool) -> str:
    if not quotas:
        return f"the quota of its class of {'Spot' if spot else 'On-Demand'} instances"
    return "the quota " + " or ".join(sorted(str(quota) for quota in quotas))
