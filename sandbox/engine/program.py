"""Running a Pulumi program to its end, with every registration answered by somebody of ours."""

import asyncio
import logging
import os
import runpy
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

from pulumi.runtime import set_all_config, set_mocks
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack, run_pulumi_func

from sandbox.engine.errors import INTERRUPTED
from sandbox.engine.monitor import Knowledge, Monitor, NoMocks, Registrar
from sandbox.engine.stack_files import StackFiles

WORKERS = 16
"""Registrations in work at a time. Each blocks a thread until its resource exists, and most of that is
waiting."""

LOG = logging.getLogger("sandbox.engine.program")


def run(
    program: Path, files: StackFiles, registrar: Registrar, knowledge: Knowledge, *, preview: bool
) -> Monitor:
    """Run `__main__.py` of the program's directory; the monitor holds the stack's outputs.

    Pulumi keeps the settings of a run in context variables, so a context of its own is all that a run needs
    to leave nothing behind. Raises whatever the program raises, once nothing is in work any more.
    """
    return copy_context().run(_run, program, files, registrar, knowledge, preview)


def _run(
    program: Path, files: StackFiles, registrar: Registrar, knowledge: Knowledge, preview: bool
) -> Monitor:
    monitor = Monitor(registrar, knowledge, files.project, files.stack)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda loop, context: LOG.debug("%s", context))
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="resource")
    loop.set_default_executor(pool)
    set_all_config(files.config)
    set_mocks(NoMocks(), files.project, files.stack, preview=preview, logger=LOG, monitor=monitor)
    try:
        loop.run_until_complete(run_pulumi_func(lambda: _main(program)))
    except KeyboardInterrupt:
        registrar.stop(INTERRUPTED)
    finally:
        pool.shutdown(wait=True)  # what is being made is finished and recorded
        loop.close()
        # Pulumi's SDK takes the thread's loop, and asyncio makes no other once one was set.
        asyncio.set_event_loop(asyncio.new_event_loop())
    return monitor


def _main(program: Path) -> None:
    """What `pulumi-language-python` does: the program's directory is where it runs and where it imports
    from."""
    os.chdir(program)
    sys.path.insert(0, str(program))
    root = get_root_resource()
    if isinstance(root, Stack):
        root.outputs.clear()  # the mocks keep one root for all runs of a process
    runpy.run_path(str(program / "__main__.py"), run_name="__main__")
    if isinstance(root, Stack):
        root.register_outputs(dict(root.outputs))
