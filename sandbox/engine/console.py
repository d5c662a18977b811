"""Events for people: a live display on a terminal, plain lines elsewhere."""

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from sandbox.engine.events import Event
from sandbox.engine.plan import Action

_DOING = {
    Action.CREATE: "creating",
    Action.UPDATE: "updating",
    Action.REPLACE: "replacing",
    Action.DELETE: "deleting",
    Action.SAME: "checking",
}

_WOULD = {
    Action.CREATE: "+ create",
    Action.UPDATE: "~ update",
    Action.REPLACE: "± replace",
    Action.DELETE: "- delete",
    Action.SAME: "  keep",
}

_STYLES = {"failed": "red", "violated": "red", "warned": "yellow"}


def line(event: Event) -> str | None:
    """An event as one line; None for those that are only counted."""
    what = f"{event.type} {event.name}"
    detail = f" ({event.detail})" if event.detail else ""
    if event.kind == "note":
        return event.detail
    if event.kind in ("failed", "violated", "warned"):
        return f"{event.kind:<9} {what}: {event.detail}"
    if event.kind == "progress":
        return f"{_DOING[event.action]} {what}: {event.detail}"
    if event.action is Action.SAME:
        return None
    if event.kind == "planned":
        return f"{_WOULD[event.action]:<9} {what}{detail}"
    if event.kind == "finished":
        return f"{event.action.value:<9} {what}{detail} {event.seconds:.1f} s"
    return None


class Reporter(Protocol):
    """A listener that holds the terminal for the length of a run."""

    def __call__(self, event: Event) -> None:
        """Show an event."""

    def __enter__(self) -> Self:
        """Begin the display."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""


class Plain:
    """One line for everything that changes, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        """Lines go to `console`."""
        self._console = console

    def __call__(self, event: Event) -> None:
        """Print the event's line."""
        text = line(event)
        if text is not None:
            self._console.print(text, style=_STYLES.get(event.kind), markup=False)

    def __enter__(self) -> Self:
        """Nothing to set up."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to tidy up."""


class Tty:
    """A bar of what is done, below it what is in work, above it what has changed."""

    def __init__(self, console: Console) -> None:
        """The display is on `console`, a terminal."""
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._plain = Plain(self._progress.console)
        self._all: TaskID = self._progress.add_task("resources", total=None)
        self._work: dict[tuple[str, str], TaskID] = {}

    def __call__(self, event: Event) -> None:
        """Move the bar, and show what is begun, waited for and done."""
        key = (event.type, event.name)
        if event.kind == "started":
            self._work[key] = self._progress.add_task(f"{_DOING[event.action]} {event.name}", total=None)
            return
        if event.kind == "progress" and key in self._work:
            text = f"{_DOING[event.action]} {event.name}: {event.detail}"
            self._progress.update(self._work[key], description=text)
            return
        if event.kind in ("finished", "failed") and key in self._work:
            self._progress.remove_task(self._work.pop(key))
        if event.finished:
            self._progress.update(self._all, completed=event.finished, total=event.total or None)
        self._plain(event)

    def __enter__(self) -> Self:
        """Begin the display."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the display off the terminal; the lines above it stay."""
        self._progress.stop()
