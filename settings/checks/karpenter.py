"""Checks of `karpenter`: options that the controller can read, and hosts for its replicas."""

from collections.abc import Iterator

from knowledge.fault import Fault as Finding
from knowledge.quantities import parse_duration, parse_quantity
from settings.faults import Fault
from settings.karpenter import KarpenterSettings
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted


def check_karpenter(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the Karpenter branch; the account has no say in it."""
    del account
    karpenter = reading.karpenter
    if not karpenter:
        return
    yield from _batching(karpenter)
    yield from _quantity("karpenter.cpuRequest", karpenter.cpu_request)
    yield from _quantity("karpenter.memory", karpenter.memory)
    system = reading.system_nodes
    if system and karpenter.replicas > system.min_nodes:
        what = f"{karpenter.replicas} replicas want a host each; systemNodes.minNodes is {system.min_nodes}"
        yield Fault("karpenter.replicas", what, cure="raise systemNodes.minNodes")


def _batching(karpenter: KarpenterSettings) -> Iterator[Fault]:
    idle = parse_duration(karpenter.batch_idle_duration)
    longest = parse_duration(karpenter.batch_max_duration)
    if isinstance(idle, Finding):
        yield Fault.at("karpenter.batchIdleDuration", idle)
    if isinstance(longest, Finding):
        yield Fault.at("karpenter.batchMaxDuration", longest)
    if isinstance(idle, float) and isinstance(longest, float) and idle > longest:
        most = karpenter.batch_max_duration
        what = f"{karpenter.batch_idle_duration} is longer than batchMaxDuration {most}"
        yield Fault("karpenter.batchIdleDuration", what)


def _quantity(path: str, text: str) -> Iterator[Fault]:
    quantity = parse_quantity(text)
    if isinstance(quantity, Finding):
        yield Fault.at(path, quantity)
    elif quantity == 0:
        yield Fault(path, f"{quoted(text)} is nothing", "more than 0")
