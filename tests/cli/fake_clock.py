"""Time that passes only while someone sleeps; what happens meanwhile is the test's."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class FakeClock:
    """`meanwhile` is told the seconds at the end of each sleep."""

    meanwhile: Callable[[float], object] = lambda seconds: None
    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.meanwhile(self.seconds)
