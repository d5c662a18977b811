"""What day it is: asked where a deployment, a verb or a policy begins, and handed on from there."""

from datetime import UTC, date, datetime


def today() -> date:
    """The day in UTC, by which EKS counts; what depends on it takes it as an argument."""
    return datetime.now(UTC).date()
