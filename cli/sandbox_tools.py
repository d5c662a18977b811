"""Building the sandbox's Go programs with a progress bar; at once where they are in the cache."""

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cli.console import messages, tell
from sandbox.world import tools

TOLD = "building the sandbox's Kubernetes, KWOK and Karpenter from source: once, about 17 minutes on 2 cores"
LOG_EVERY = 10
"""Percent between two lines where there is no terminal to draw a bar on."""


def ensure_tools() -> tools.Tools:
    """The tools, built first if need be."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task("building Go programs", total=None)
        told = -LOG_EVERY

        def progress(done: int, total: int, text: str) -> None:
            nonlocal told
            if told < 0:
                tell(TOLD)
                told = 0
            bar.update(task, completed=done, total=total or None, description=text[-60:])
            if not messages.is_terminal and total and done * 100 // total >= told:
                told = done * 100 // total // LOG_EVERY * LOG_EVERY + LOG_EVERY
                tell(f"{done * 100 // total:3} % of {total} packages")

        return tools.ensure_tools(progress)
