"""What every branch of the settings tree shares: camelCase keys, nothing unknown, no later changes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

DNS_LABEL = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"

RESERVATION_ID = r"^cr-[0-9a-f]{17}$"

Name = Annotated[str, Field(pattern=DNS_LABEL, examples=["train"])]
"""A DNS label: a-z, 0-9 and "-", 63 characters at the most. Names of node groups and provisioners."""

CapacityType = Literal["on-demand", "spot", "reserved", "capacity-block"]
"""How capacity is bought: `reserved` is an on-demand capacity reservation, `capacity-block` one for ML."""

TaintEffect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class Branch(BaseModel):
    """A branch of the tree. Field docstrings become the descriptions in the JSON Schema."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )


class Taint(Branch):
    """A taint on every node of a group or provisioner."""

    key: str = Field(examples=["nvidia.com/gpu"])
    """Taint key, such as `nvidia.com/gpu`."""
    value: str = ""
    """Taint value; empty for none."""
    effect: TaintEffect = "NoSchedule"
    """What happens to pods that do not tolerate it."""
