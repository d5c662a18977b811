"""How a daemon of the sandbox hears that it is to end."""

import signal
from queue import SimpleQueue


def requests_to_end() -> "SimpleQueue[int]":
    """From now on each SIGTERM and SIGINT goes in here; `get` waits for one. For the main thread only.

    Python runs a signal's handler in the main thread, between any two of its steps. An `Event` that it waits
    for must not be set there: its lock may be the main thread's own at that moment, and both would wait for
    ever. A `SimpleQueue` may be filled while it is being read (`put` in the documentation of `queue`).
    """
    requests: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: requests.put(received))
    return requests
