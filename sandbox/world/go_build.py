"""Runs the Go toolchain: its version, the packages a module needs, and a build that reports its progress."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from sandbox.world.commands import Finished, run
from sandbox.world.errors import ToolchainError
from sandbox.world.pins import MODULES, SOURCES, ToolModule, linker_flags, minimum_go

Progress = Callable[[int, int, str], None]
"""Called with packages done, packages in all, and what is being done."""

BUILD_FLAGS = ("-trimpath", "-buildvcs=false")
"""No paths of this machine and no commit in the binaries: the same sources give the same tools everywhere."""

_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_NETWORK_REMEDY = "check that the Go module proxy answers (go env GOPROXY), then run again"


def build_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the Go toolchain: module downloads may use a proxy, and nothing links to C."""
    kept = {"PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", *_NETWORK, *(n.lower() for n in _NETWORK)}
    values = os.environ if environ is None else environ
    chosen = {name: value for name, value in values.items() if name in kept or name.startswith("GO")}
    return chosen | {"CGO_ENABLED": "0"}


def go_version() -> str:
    """Version of the Go toolchain that will build, such as `go1.26.5`; ToolchainError where it cannot."""
    demanding = max(MODULES, key=lambda module: minimum_go(module.go_mod))
    wanted = ".".join(str(part) for part in minimum_go(demanding.go_mod))
    remedy = f"install Go {wanted} or newer from https://go.dev/dl and put it on PATH"
    try:
        # Asked in the module's folder, where Go compares itself with the go directive.
        asked = _go(["env", "GOVERSION"], demanding)
    except FileNotFoundError as error:
        raise ToolchainError("go", "not found; the sandbox's tools are built with it", remedy) from error
    if asked.code != 0:
        raise ToolchainError("go", asked.last_line.removeprefix("go: "), remedy)
    return asked.output.strip()


def count_packages(module: ToolModule) -> int:
    """How many packages a build of the module's tools compiles at the most. Downloads what is missing."""
    listed = _go(["list", "-deps", *_tags(module), "-f", "{{.ImportPath}}", "tool"], module)
    if listed.code != 0:
        raise ToolchainError(str(module.directory), listed.last_line, _NETWORK_REMEDY)
    return len(listed.output.splitlines())


def build(module: ToolModule, output: Path, said: Callable[[str], None]) -> None:
    """Build every tool of the module into the folder `output`; `said` hears each package and download."""
    flags = [*BUILD_FLAGS, *_tags(module), "-ldflags", linker_flags(module.go_mod)]
    program = psutil.Popen(
        ["go", "build", "-v", *flags, "-o", f"{output}/", "tool"],
        cwd=module.directory,
        env=build_environment(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    last = ""
    try:
        for line in program.stderr:
            last = line.strip() or last
            said(last)
    except BaseException:
        program.terminate()
        raise
    if program.wait() != 0:
        raise ToolchainError(str(module.directory), f"go build failed: {last}", _NETWORK_REMEDY)
    for built, known in module.renamed:
        (output / built).rename(output / known)


def module_directory(module_path: str) -> Path:
    """Where the sources of a Go module that a tool module requires lie; downloaded if they are not there."""
    module = next(module for module in (*MODULES, *SOURCES) if f"{module_path} v" in module.go_mod)
    fetched = _go(["mod", "download", module_path], module)
    listed = _go(["list", "-m", "-f", "{{.Dir}}", module_path], module)
    for step in (fetched, listed):
        if step.code != 0:
            raise ToolchainError(str(module.directory), step.last_line, _NETWORK_REMEDY)
    return Path(listed.output.strip())


def _tags(module: ToolModule) -> list[str]:
    return ["-tags", ",".join(module.tags)] if module.tags else []


def _go(arguments: list[str], module: ToolModule) -> Finished:
    return run(["go", *arguments], environment=build_environment(), directory=module.directory)
