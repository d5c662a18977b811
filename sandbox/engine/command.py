"""`python -m sandbox.engine`: the engine as a child process of the command line."""

import argparse
import importlib
import json
import logging
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from sandbox.engine.charts import ChartSource
from sandbox.engine.console import Plain, Reporter, Tty
from sandbox.engine.deploy import Engine, Outcome
from sandbox.engine.errors import INTERRUPTED, SandboxError
from sandbox.engine.events import changes, summary
from sandbox.engine.functions import FUNCTIONS
from sandbox.engine.handlers import registry
from sandbox.engine.policy_guard import Policies
from sandbox.engine.policy_process import PolicyProcess
from sandbox.engine.stack_files import StackFiles, read_stack
from sandbox.engine.values import masked
from sandbox.engine.world import World
from sandbox.environment import RealAccountError, refuse_real_account
from sandbox.paths import SandboxPaths


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code."""
    options = _parser().parse_args(arguments)
    _be_quiet(options.verbose)
    output = Console(stderr=options.json, highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # killed politely: stop as for Ctrl-C
    try:
        refuse_real_account(os.environ)
        files = read_stack(options.program.resolve(), options.stack)
        with _policies(options, files) as policies:
            engine, reporter = _engine(options, files, policies, output)
            with reporter:
                outcome = _run(engine, options)
    except (SandboxError, RealAccountError) as error:
        return _finish(options, output, Outcome(error=str(error)), [])
    except KeyboardInterrupt:
        _finish(options, output, Outcome(error=INTERRUPTED), [])
        return 130  # what a shell reports for Ctrl-C
    return _finish(options, output, outcome, engine.world.charts.not_installed())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox.engine", description="Deploys a Pulumi program into the sandbox."
    )
    parser.add_argument("verb", choices=["up", "preview", "down"])
    parser.add_argument("--directory", type=Path, required=True, help="the sandbox's directory")
    parser.add_argument("--program", type=Path, required=True, help="directory of the Pulumi program")
    parser.add_argument("--stack", required=True, help="stack, as in Pulumi.<stack>.yaml")
    parser.add_argument("--helm", type=Path, help="the helm binary; default: the one on PATH")
    parser.add_argument(
        "--chart-source",
        default="sandbox.world.charts:local_chart",
        metavar="MODULE:FUNCTION",
        help="gives the path of a chart that is on this machine, by name and version",
    )
    parser.add_argument(
        "--policy-pack", type=Path, help="folder of a policy pack that up and preview are held against"
    )
    parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")
    parser.add_argument(
        "--refresh", action="store_true", help="up: look for every resource before believing the state"
    )
    parser.add_argument("--force", action="store_true", help="down: delete protected resources too")
    parser.add_argument(
        "--forget-kubernetes",
        action="store_true",
        help="down: the control plane is gone, forget what was in it",
    )
    parser.add_argument("--verbose", action="store_true", help="log what goes on below, with tracebacks")
    return parser


@contextmanager
def _policies(options: argparse.Namespace, files: StackFiles) -> Iterator[Policies | None]:
    """The policies of this run, if there are to be any; their process ends with the block."""
    if options.policy_pack is None or options.verb == "down":
        yield None
        return
    log = SandboxPaths(options.directory.resolve()).logs / "policies.log"
    preview = options.verb == "preview"
    with PolicyProcess(options.policy_pack.resolve(), files, log, preview=preview) as process:
        from sandbox.engine.policy_pack import PolicyPack  # imports Pulumi, while the process does so too

        yield Policies(PolicyPack(process))


def _engine(
    options: argparse.Namespace, files: StackFiles, policies: Policies | None, output: Console
) -> tuple[Engine, Reporter]:
    program = options.program.resolve()
    world = World(
        files.region,
        SandboxPaths(options.directory.resolve()),
        endpoint=os.environ["AWS_ENDPOINT_URL"],
        helm_binary=options.helm,
        chart_source=_chart_source(options.chart_source),
    )
    reporter = Tty(output) if output.is_terminal else Plain(output)
    return Engine(program, files, world, registry(), FUNCTIONS, reporter, policies), reporter


def _chart_source(name: str) -> ChartSource:
    """A function by name, imported when a chart is first looked for. Where charts are is not ours to know."""
    module, _, function = name.partition(":")

    def find(chart: str, version: str) -> Path | None:
        try:
            source: ChartSource = getattr(importlib.import_module(module), function)
        except (ImportError, AttributeError, ValueError) as error:
            raise SandboxError("--chart-source", str(error), "name it MODULE:FUNCTION") from error
        return source(chart, version)

    return find


def _run(engine: Engine, options: argparse.Namespace) -> Outcome:
    if options.verb == "up":
        return engine.up(refresh=options.refresh)
    if options.verb == "preview":
        return engine.preview()
    return engine.down(force=options.force, forget_kubernetes=options.forget_kubernetes)


def _finish(
    options: argparse.Namespace, output: Console, outcome: Outcome, not_installed: list[tuple[str, str]]
) -> int:
    shown = masked(outcome.outputs, outcome.secret_outputs)
    if options.verb != "down" and shown and not options.json:
        output.print("Outputs:")
        for name, value in sorted(shown.items()):
            text = value if isinstance(value, str) else json.dumps(value)
            output.print(f"  {name}: {text}", markup=False)
    for name, reason in not_installed:
        output.print(f"not installed: {name}: {reason}", style="yellow", markup=False)
    output.print(f"{summary(outcome.counts)} ({outcome.seconds:.1f} s)", markup=False)
    if outcome.error is not None:
        output.print(outcome.error, style="red", markup=False)
    if options.json:
        result = {
            "changes": changes(outcome.counts),
            "outputs": shown,
            "seconds": round(outcome.seconds, 3),
            "not_installed": [{"name": name, "reason": reason} for name, reason in not_installed],
            "error": outcome.error,
        }
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
    return 0 if outcome.error is None else 1


def _be_quiet(verbose: bool) -> None:
    """Tasks that a stopped program leaves behind are no news to the user."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING, format="%(name)s: %(message)s")
    if not verbose:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", message="coroutine .* was never awaited")
