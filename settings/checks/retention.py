"""How long CloudWatch Logs can keep logs."""

from knowledge.fault import Fault
from settings.words import listed

_UNDER_A_YEAR = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180)
RETENTION_DAYS = (*_UNDER_A_YEAR, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""CloudWatch Logs API reference, PutRetentionPolicy, `retentionInDays`."""


def retention_fault(days: int) -> Fault | None:
    """The fault of a number of days that CloudWatch Logs refuses."""
    if days in RETENTION_DAYS:
        return None
    nearest = next((allowed for allowed in RETENTION_DAYS if allowed >= days), RETENTION_DAYS[-1])
    return Fault(
        f"CloudWatch Logs cannot keep logs for {days} days",
        f"allowed: {listed(RETENTION_DAYS, most=30)}",
        f"set {nearest}",
    )
