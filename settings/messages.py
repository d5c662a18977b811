"""What pydantic finds wrong with the shape of the settings, said in the words of the stack file."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from knowledge import clock
from knowledge import fault as knowledge_fault
from knowledge.disruption import expiry_fault
from knowledge.eks_versions import offered
from knowledge.nccl_sizes import SIZE
from knowledge.quantities import parse_duration
from settings.base import DNS_LABEL, RESERVATION_ID, Branch
from settings.cluster import CLUSTER_NAME
from settings.device_plugins import CHART_VERSION
from settings.faults import Fault
from settings.image_registry import REPOSITORY_NAME
from settings.mending import Unread
from settings.monitoring import RETENTION
from settings.network import VPC_ID
from settings.places import Step, branch_at, field_of, keys_of, render
from settings.plain_values import is_composite
from settings.tenant import STACK_NAME, TenantSettings
from settings.tree import Settings
from settings.words import did_you_mean, listed, quoted

Steps = tuple[Step, ...]
Finding = knowledge_fault.Fault
"""A fault without its path."""

PATTERNS_IN_WORDS: Mapping[str, str] = {
    DNS_LABEL: 'is not a DNS label (a-z, 0-9, "-", max 63)',
    CLUSTER_NAME: f"must match {CLUSTER_NAME}",
    VPC_ID: "is not vpc- plus 8 to 17 hex digits",
    RESERVATION_ID: "is not cr- plus 17 hex digits",
    CHART_VERSION: "is not a release of a chart, such as 0.18.2",
    RETENTION: "is no time to keep metrics: write hours, days, weeks or years, such as 15d",
    REPOSITORY_NAME: 'is not a repository name (a-z, 0-9, "/", and between them ".", "_", "-")',
    STACK_NAME: "is not organization/project/stack",
    SIZE: "is not a size: write bytes, or a number with K, M or G, such as 512K or 2G",
}
"""What each pattern of the tree asks for; the value comes before."""

FOREIGN_KEYS: Mapping[str, str] = {
    "nodePool": "provisioners",
    "nodePools": "provisioners",
    "managedNodeGroups": "nodeGroups",
    "kubernetesVersion": "version",
}
"""Keys of Karpenter, eksctl and the like that mean one of ours but are spelt nothing like it."""

DURATIONS = frozenset({"consolidateAfter", "terminationGracePeriod", "batchIdleDuration", "batchMaxDuration"})
"""Keys of durations: to put a bare number there in quotes would not tell what it is a number of."""

_YES_AND_NO = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}


def translate(error: ErrorDetails) -> Unread:
    """Turn one error of pydantic into one fault line, and the place where it is."""
    steps = tuple(error["loc"])
    if error["type"] in ("bool_type", "string_type") and steps[-1] in ("bool", "str"):
        steps = steps[:-1]
        fault = Fault(render(steps), f"expected true, false or a name, got {quoted(error['input'])}")
    else:
        handler = _HANDLERS.get(error["type"])
        fault = Fault.at(render(steps), handler(steps, error) if handler else Finding(error["msg"]))
    return Unread(steps, fault)


def missing(steps: Steps) -> Finding:
    """A key that must be there, with the command that sets it to the example the tree gives."""
    branch = _branch(steps[:-1])
    field = field_of(branch, str(steps[-1])) if branch else None
    example: Any = (field.examples or ["<value>"])[0] if field else "<value>"
    while isinstance(example, dict | list):
        key, example = next(iter(example.items() if isinstance(example, dict) else enumerate(example)))
        steps = (*steps, key)
    return Finding("missing", cure=f"run: pulumi config set --path '{render(steps)}' {example}")


def unknown(steps: Steps) -> Finding:
    """A key that the tree does not have, with the one that was probably meant."""
    key = str(steps[-1])
    branch = _branch(steps[:-1])
    keys = keys_of(branch) if branch else ()
    if branch is Settings:
        keys = tuple(dict.fromkeys((*keys, *keys_of(TenantSettings))))
    if FOREIGN_KEYS.get(key) in keys:
        return Finding("unknown key", cure=f'did you mean "{FOREIGN_KEYS[key]}"?')
    if guess := did_you_mean(key, keys):
        return Finding("unknown key", cure=guess)
    return Finding("unknown key", f"allowed: {listed(sorted(keys), most=20)}")


def _branch(steps: Steps) -> type[Branch] | None:
    """The branch of either kind of stack at a path."""
    return branch_at(Settings, steps) or branch_at(TenantSettings, steps)


def _text(steps: Steps, error: ErrorDetails) -> Finding:
    value = error["input"]
    if not isinstance(value, bool | int | float):
        return Finding(f"expected text, got {quoted(value)}")
    if steps[-1] == "version" and not isinstance(value, bool):
        minors = listed((f'"{minor}"' for minor in offered(clock.today())), most=20)
        allowed = f"use one of {minors}" if steps[0] == "cluster" else 'use text such as "1.14.0"'
        return Finding(f"{value} is a number to YAML, not a version", allowed, "quote it in YAML")
    if steps[-1] == "expireAfter" and (refused := expiry_fault(str(value))):
        return refused
    if steps[-1] in DURATIONS and isinstance(found := parse_duration(str(value)), Finding):
        return Finding(f"{value} is not a duration", found.allowed, found.cure)
    return Finding(f"expected text, got {quoted(value)}", cure=f'put it in quotes: "{quoted(value)}"')


def _whole_number(_steps: Steps, error: ErrorDetails) -> Finding:
    value = error["input"]
    cure = "remove the quotes" if isinstance(value, str) and value.isdigit() else ""
    return Finding(f"expected a whole number, got {quoted(value)}", cure=cure)


def _true_or_false(_steps: Steps, error: ErrorDetails) -> Finding:
    value = error["input"]
    meant = _YES_AND_NO.get(value.casefold()) if isinstance(value, str) else None
    cure = f"write {meant}, no quotes" if meant else ""
    return Finding(f"expected true or false, got {quoted(value)}", cure=cure)


def _list(steps: Steps, error: ErrorDetails) -> Finding:
    value = error["input"]
    if is_composite(value):
        cure = f"set each entry: pulumi config set --path '{render((*steps, 0))}' <value>"
        return Finding(f"expected a list, got text with one in it: {quoted(value)}", cure=cure)
    cure = f"write [{quoted(value)}]" if isinstance(value, str | int | float) else ""
    return Finding(f"expected a list, got {quoted(value)}", cure=cure)


def _map(steps: Steps, error: ErrorDetails) -> Finding:
    if is_composite(error["input"]):
        cure = f"set each key: pulumi config set --path '{render(steps)}.<key>' <value>"
        return Finding(f"expected a map, got text with one in it: {quoted(error['input'])}", cure=cure)
    what = f"expected a map, got {quoted(error['input'])}"
    branch = _branch(steps[:-1])
    field = field_of(branch, str(steps[-1])) if branch else None
    if error["input"] is not None or field is None:
        return Finding(what)
    return missing(steps) if field.is_required() else Finding(what, cure="remove the key for its defaults")


def _choice(_steps: Steps, error: ErrorDetails) -> Finding:
    choices = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    guess = did_you_mean(str(error["input"]), choices)
    return Finding(f"{quoted(error['input'])} is not a choice", f"allowed: {listed(choices)}", guess)


def _pattern(_steps: Steps, error: ErrorDetails) -> Finding:
    pattern = error["ctx"]["pattern"]
    return Finding(f"{quoted(error['input'])} {PATTERNS_IN_WORDS.get(pattern, f'must match {pattern}')}")


def _too_small(_steps: Steps, error: ErrorDetails) -> Finding:
    return Finding(f"{quoted(error['input'])} is too small", f"at least {error['ctx']['ge']}")


def _too_large(_steps: Steps, error: ErrorDetails) -> Finding:
    return Finding(f"{quoted(error['input'])} is too large", f"at most {error['ctx']['le']}")


def _too_few(_steps: Steps, error: ErrorDetails) -> Finding:
    least = error["ctx"]["min_length"]
    if least == 1:
        return Finding("at least one is needed")
    return Finding(f"at least {least} are needed, got {len(error['input'])}")


def _too_many(steps: Steps, error: ErrorDetails) -> Finding:
    why = "AWS allows 50, the program and EKS add theirs" if steps[-1] == "tags" else ""
    return Finding(f"{len(error['input'])} are too many", f"at most {error['ctx']['max_length']}", why)


_HANDLERS: Mapping[str, Callable[[Steps, ErrorDetails], Finding]] = {
    "missing": lambda steps, _error: missing(steps),
    "extra_forbidden": lambda steps, _error: unknown(steps),
    "string_type": _text,
    "int_type": _whole_number,
    "bool_type": _true_or_false,
    "tuple_type": _list,
    "dict_type": _map,
    "model_type": _map,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "too_short": _too_few,
    "too_long": _too_many,
}
"""By pydantic's error type. The tree uses no constraint that gives another one; a test holds it to that."""
