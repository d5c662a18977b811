"""Properties run the same everywhere: the same examples each time, no stopwatch, no files left behind."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")
