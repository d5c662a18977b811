import os
import signal
from collections.abc import Iterator
from threading import Thread

import pytest

from sandbox.signals import requests_to_end

NUMBERS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def handlers_of_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_request_that_comes_before_anyone_waits_is_kept(number: signal.Signals) -> None:
    requests = requests_to_end()
    os.kill(os.getpid(), number)
    assert requests.get(timeout=20) == number


@pytest.mark.parametrize("number", NUMBERS)
def test_who_waits_is_woken(number: signal.Signals) -> None:
    requests = requests_to_end()
    sender = Thread(target=os.kill, args=(os.getpid(), number))
    sender.start()
    assert requests.get(timeout=20) == number
    sender.join()
