"""Quotas of EC2 that count vCPUs: which of them a launch of an instance type is held against.

By class of instance, on demand and as Spot, in every region for itself; a new account has 0 of all but the
standard classes. Names and codes: https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """A quota by the name and the code that it has in Service Quotas."""

    name: str
    code: str

    def __str__(self) -> str:
        """As a message names it."""
        return f'"{self.name}" ({self.code})'


_STANDARD = frozenset("acdhimrtz")
"""First letters of the families that share one quota."""

_ON_DEMAND = {
    "p": Quota("Running On-Demand P instances", "L-417A185B"),
    "g": Quota("Running On-Demand G and VT instances", "L-DB2E81BA"),
    "vt": Quota("Running On-Demand G and VT instances", "L-DB2E81BA"),
    "trn": Quota("Running On-Demand Trn instances", "L-2C3B7624"),
    "inf": Quota("Running On-Demand Inf instances", "L-1945791B"),
    "dl": Quota("Running On-Demand DL instances", "L-6E869C2A"),
    "f": Quota("Running On-Demand F instances", "L-74FC7D96"),
    "hpc": Quota("Running On-Demand HPC instances", "L-F7808C92"),
    "x": Quota("Running On-Demand X instances", "L-7295265B"),
    "standard": Quota("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", "L-1216C47A"),
}
_SPOT = {
    "p": Quota("All P4, P3 and P2 Spot Instance Requests", "L-7212CCBC"),
    "p5": Quota("All P5 Spot Instance Requests", "L-C4BD4855"),
    "g": Quota("All G and VT Spot Instance Requests", "L-3819A6DF"),
    "vt": Quota("All G and VT Spot Instance Requests", "L-3819A6DF"),
    "trn": Quota("All Trn Spot Instance Requests", "L-6B0D517C"),
    "inf": Quota("All Inf Spot Instance Requests", "L-B5D1601B"),
    "dl": Quota("All DL Spot Instance Requests", "L-85EED4F7"),
    "f": Quota("All F Spot Instance Requests", "L-88CF9481"),
    "x": Quota("All X Spot Instance Requests", "L-E3A00192"),
    "standard": Quota("All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", "L-34B43A08"),
}
_SPOT_OF_P = frozenset({"p2", "p3", "p4", "p5"})
"""Generations of P whose Spot quota is known; none is published for p6."""


def quota_of(instance_type: str, *, spot: bool) -> Quota | None:
    """The quota of an instance type such as `p4d.24xlarge`; None where it is not known."""
    family = re.match(r"([a-z]+)(\d*)", instance_type)
    if family is None:
        return None
    letters, generation = family.groups()
    if spot and letters == "p":
        if f"p{generation}" not in _SPOT_OF_P:
            return None
        return _SPOT["p5" if generation == "5" else "p"]
    quotas = _SPOT if spot else _ON_DEMAND
    if letters in quotas:
        return quotas[letters]
    # `im4gn` and `is4gen` are of the I families; `mac` and `u-` have quotas of their own.
    standard = letters in ("im", "is") or (len(letters) == 1 and letters in _STANDARD)
    return quotas["standard"] if standard else None
