"""The MPIJob of one pair: a run of the stack's own test, on two nodes that are named."""

import copy
from dataclasses import replace
from typing import Any

from cli.nccl.templates import Template
from nccl.pairs.results import Pair

PAIR = 2
_LAUNCHER = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}
"""32 launchers are to find room on the system nodes; each waits for two ranks' output and no more."""


def pair_template(template: Template, pair: Pair) -> Template:
    """The template with two workers, which these two nodes get."""
    spec: dict[str, Any] = copy.deepcopy(dict(template.spec))
    launcher, worker = (spec["mpiReplicaSpecs"][role] for role in ("Launcher", "Worker"))
    worker["replicas"] = PAIR
    pod = worker["template"]["spec"]
    pod["affinity"] = {**pod.get("affinity", {}), "nodeAffinity": _on(pair)}
    for container in launcher["template"]["spec"]["containers"]:
        container["command"] = _for_two(container.get("command", []), int(spec.get("slotsPerWorker", 1)))
        container["resources"] = _LAUNCHER
    return replace(template, expectation=replace(template.expectation, nodes=PAIR), spec=spec)


def _on(pair: Pair) -> dict[str, Any]:
    """By the node's name and not by its label for the host, which somebody may have changed."""
    # Of several terms one is enough, and a field takes one value.
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]} for node in pair]
    return {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}


def _for_two(command: list[str], gpus: int) -> list[str]:
    """The command with as many ranks as two nodes have GPUs, and with the largest size alone: pairs are
    compared by it, and a sweep takes as long again."""
    with_ranks = _with(command, "-np", str(PAIR * gpus))
    return _with(with_ranks, "-b", with_ranks[with_ranks.index("-e") + 1]) if "-e" in command else with_ranks


def _with(command: list[str], option: str, value: str) -> list[str]:
    """The command with another value of an option that it has."""
    if option not in command:
        return command
    place = command.index(option) + 1
    return [*command[:place], value, *command[place + 1 :]]
