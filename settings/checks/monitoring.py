"""Checks of `monitoring`: a threshold that can be told, and kinds that somebody brings."""

from collections.abc import Iterator

from knowledge.karpenter_metrics import WAITS_COUNTED
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed


def check_monitoring(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """A wait that Karpenter's metrics do not tell from a longer one; the account has no say in it."""
    del account
    seconds = reading.monitoring.alerts.interruption_seconds if reading.monitoring else None
    if seconds is not None and seconds not in WAITS_COUNTED:
        nearest = max(bound for bound in WAITS_COUNTED if bound < seconds)
        what = f"Karpenter does not count waits of {seconds} s"
        allowed = f"counted: {listed(WAITS_COUNTED, most=len(WAITS_COUNTED))}"
        yield Fault("monitoring.alerts.interruptionSeconds", what, allowed, f"set {nearest}")


def monitoring_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """A ServiceMonitor that is asked for where nobody brings its kind; the account has no say in it."""
    del account
    karpenter, monitoring = reading.karpenter, reading.monitoring
    if karpenter and monitoring and karpenter.service_monitor and not monitoring.enabled:
        what = "Karpenter's chart makes no ServiceMonitor unless the cluster has the kind already"
        yield Fault("karpenter.serviceMonitor", what, cure="set monitoring.enabled, which brings the kind")
