"""Time for tests: waiting takes none."""

LOOK_SECONDS = 2.0
"""What a sleep counts as at the least: a wait of a quarter of an hour is then not 3600 looks."""


class StandingClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, LOOK_SECONDS)

    def __call__(self) -> float:
        return self.now
