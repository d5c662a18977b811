"""Two consoles: results go to standard output, progress and errors to standard error.

So `eks-efa status --json | jq` works, and a verb that waits can show what it waits for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

WIDTH_WITHOUT_TERMINAL = 120
"""Columns of a table in a pipe or a CI log, where Rich would fall back to 80 and break names."""


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_WITHOUT_TERMINAL
    return console


output = _console(stderr=False)
messages = _console(stderr=True)


def tell(text: str) -> None:
    """Say one plain line to the user on standard error; square brackets in it are no markup."""
    messages.print(escape(text), soft_wrap=True)


def complain(text: str) -> None:
    """Say on one line what went wrong and how to mend it."""
    messages.print(f"[bold red]error:[/] {escape(text)}", soft_wrap=True)


@contextmanager
def live_line() -> Iterator[Callable[[str, float], None]]:
    """A line that is redrawn in place on a terminal, with the seconds waited so far.

    Elsewhere it is a log: a line is added when the text changes, not when only time has passed.
    """
    if messages.is_terminal:
        with messages.status("") as spinner:
            yield lambda text, seconds: spinner.update(escape(f"{seconds:4.0f} s  {text}"))
        return
    last = ""

    def log(text: str, seconds: float) -> None:
        nonlocal last
        if text != last:
            tell(f"{seconds:4.0f} s  {text}")
        last = text

    yield log
