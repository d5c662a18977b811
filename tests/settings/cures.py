"""What the cure in a fault line says to do, done to the settings that gave it."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from settings.faults import Fault

Change = Callable[[dict[str, Any]], None]

TRIGGERS = re.compile(
    r"such as|did you mean|run: pulumi[^<]*$|\buse [\"/v\d]|\bset (?!each|-)\S|write [\[tf]|write it as \d|"
    r"in quotes: |allowed: "
)
"""Words before a value."""

_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')


def steps_of(path: str) -> list[str | int]:
    """A path as it is written in a fault, step by step."""
    return [int(number) if number else quoted or plain for quoted, number, plain in _STEP.findall(path)]


def set_to(path: str, value: object) -> Change:
    def change(raw: dict[str, Any]) -> None:
        *above, last = steps_of(path)
        here: Any = raw
        for step, following in zip(above, [*above, last][1:], strict=True):
            if isinstance(step, int):
                here += [{}] * (step + 1 - len(here))
            elif not isinstance(here.get(step), dict | list):
                here[step] = [] if isinstance(following, int) else {}
            here = here[step]
        if isinstance(last, int):
            here[last : last + 1] = [copy.deepcopy(value)]
        else:
            here[last] = copy.deepcopy(value)

    return change


def removed(path: str) -> Change:
    def change(raw: dict[str, Any]) -> None:
        *above, last = steps_of(path)
        here: Any = raw
        for step in above:
            here = here[step]
        del here[last]

    return change


def renamed(path: str, key: str) -> Change:
    def change(raw: dict[str, Any]) -> None:
        *above, last = steps_of(path)
        here: Any = raw
        for step in above:
            here = here[step]
        here[key] = here.pop(last)

    return change


def plain(text: str) -> object:
    """A value out of a sentence: what is in quotes is text, all else is YAML."""
    return text[1:-1] if text.startswith('"') else yaml.safe_load(text)


def attempts(fault: Fault, value: object) -> Iterator[list[Change]]:
    """For each advice in a fault line the changes that it leaves the choice of.

    `value` is what stands at the fault's path.
    """
    path, advice = fault.path, f"{fault.allowed}; {fault.cure}"
    branch = re.sub(r"(\.[^.\[]+|\[[^\]]*\])$", "", re.sub(r"\[\d+\]$", "", path))
    for place, given in re.findall(r"pulumi config set (?:--path )?'?([^\s']+)'? ([^;<]+)$", advice):
        yield [set_to(place, plain(given))]
    for guess in re.findall(r'did you mean ("[^"]+"|[^\s"?]+)\?', advice):
        meant = str(plain(guess))
        yield [renamed(path, meant) if fault.what == "unknown key" else set_to(path, meant)]
    for example in re.findall(r'such as ("[^"]+"|[^\s;,"]+)', f"{fault.what}; {advice}"):
        other = re.search(r"choose another (\S+),", advice)
        yield [set_to(other[1] if other else path, plain(example))]
    for used in re.findall(r'(?:\buse|write it as) ("[^"]+"|v?\d[^\s;,]*)', advice):
        yield [set_to(path, plain(used))]
    for bits in re.findall(r"\buse /(\d+)", advice) if path.endswith("Bits") else ():
        yield [set_to(path, int(bits))]
    for place, to in re.findall(r"\bset (\S+) to (\[[^\]]*\]|\S+)$", advice):
        yield [set_to(place, plain(to))]
    for place, to in re.findall(r"\bset ([a-zA-Z][\w.\[\]]*) (true|false|static|\d\S*)", advice):
        absolute = place if "." in place else f"{branch}.{place}"
        yield [set_to(path if place == "it" else absolute, plain(to))]
    for to in re.findall(r'\bset ("[^"]+"|[A-Z\d]\S*|none)$', advice):
        yield [set_to(path, plain(to))]
    for efa in re.findall(r"or set efa (\S+)$", advice):
        yield [set_to(f"{path.partition('.')[0]}.efa", plain(efa))]
    for written in re.findall(r"\bwrite (\[.*\]|true|false)", advice):
        yield [set_to(path, json.loads(written))]
    for quoted in re.findall(r'put it in quotes: ("[^"]*")', advice):
        yield [set_to(path, plain(quoted))]
    if "remove the quotes" in advice and isinstance(value, str):
        yield [set_to(path, int(value))]
    for units in re.findall(r"name the unit: (.*)$", advice):
        yield [set_to(path, plain(each)) for each in re.split(r", | or ", units)]
    for choices in re.findall(r"(?:allowed:|use one of|zones:|counted:|known:) ([^;/]+)", advice):
        if fault.what != "unknown key":
            yield [set_to(path, plain(each)) for each in choices.split(", ")]
    for zones in re.findall(r"^offered in ([^;]+); $", advice) if path.endswith(".zone") else ():
        yield [set_to(path, zone) for zone in zones.split(", ")]
    if re.search(r"\b(remove (it|them|the key)|leave it out)\b", advice):
        yield [removed(path)]
