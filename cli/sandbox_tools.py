"""What a sandbox is made of, built or fetched with its progress shown; at once where it is in the cache."""

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cli.console import messages, tell
from sandbox.world import tools
from sandbox.world.manifests import ensure_manifests
from sandbox.world.pins import MODULES, PROMETHEUS_MODULES, ToolModule

BUILD_TIME = "8 to 17 minutes on 2 cores"
"""As measured, from an idle machine to one that is shared; README.md says the same."""
TOLD = f"building the sandbox's Kubernetes, KWOK and Karpenter from source: once, {BUILD_TIME}"
PROMETHEUS_TOLD = "building Prometheus from source: once, about 3 minutes on 2 cores"
LOG_EVERY = 10
"""Percent between two lines where there is no terminal to draw a bar on."""


def ensure_tools() -> tools.Tools:
    """The tools, built first if need be; the manifests that the program would download are there too."""
    built = _ensure(MODULES, TOLD)
    ensure_manifests(tell)
    return built


def ensure_prometheus() -> tools.Tools:
    """Prometheus and promtool, built first if need be."""
    return _ensure(PROMETHEUS_MODULES, PROMETHEUS_TOLD)


def ensure_all() -> None:
    """Whatever the tests of the sandbox need."""
    ensure_tools()
    ensure_prometheus()


def _ensure(modules: tuple[ToolModule, ...], announcement: str) -> tools.Tools:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task("building Go programs", total=None)
        told = -LOG_EVERY

        def progress(done: int, total: int, text: str) -> None:
            nonlocal told
            if told < 0:
                tell(announcement)
                told = 0
            bar.update(task, completed=done, total=total or None, description=text[-60:])
            if not messages.is_terminal and total and done * 100 // total >= told:
                told = done * 100 // total // LOG_EVERY * LOG_EVERY + LOG_EVERY
                tell(f"{done * 100 // total:3} % of {total} packages")

        return tools.ensure_tools(progress, modules)
