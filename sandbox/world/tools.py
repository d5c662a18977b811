"""The Go programs of the sandbox, built once from pinned sources and shared by every sandbox of the machine.

The cache folder is named after everything that decides what comes out: go.mod and go.sum of the modules, the
Go version, platform and flags. A build goes into a folder in it that is called `bin` only when it is
complete, under a lock that the kernel gives up when its holder dies; so a killed build leaves nothing that
looks finished, and of two builds at once the second finds the first one's result.
"""

import hashlib
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from knowledge.cache import cache_directory
from sandbox.world.go_build import BUILD_FLAGS, Progress, build, count_packages, go_version
from sandbox.world.locks import locked
from sandbox.world.pins import MODULES, ToolModule, linker_flags


@dataclass(frozen=True)
class Tools:
    """A complete set of built tools."""

    home: Path

    @property
    def bin(self) -> Path:
        """Folder of the programs, fit for PATH; `pins.MODULES` lists their names."""
        return self.home / "bin"

    @property
    def key(self) -> str:
        """What tells this set from one of other sources, another Go version or other flags."""
        return self.home.name

    def path(self, name: str) -> Path:
        """The program called `name`, such as `kube-apiserver` or `karpenter`."""
        return self.bin / name


def tools_key(go: str, modules: tuple[ToolModule, ...] = MODULES) -> str:
    """Name of the cache folder: sha256 of all that decides what the tools are; `go` is Go's version."""
    digest = hashlib.sha256()
    for part in (go, platform.system(), platform.machine(), *BUILD_FLAGS):
        digest.update(f"{part}\0".encode())
    for module in modules:
        go_sum = (module.directory / "go.sum").read_text()
        for part in (module.name, linker_flags(module.go_mod), module.go_mod, go_sum, *module.tags):
            digest.update(f"{part}\0".encode())
    return digest.hexdigest()


def tools_home(go: str, modules: tuple[ToolModule, ...] = MODULES) -> Path:
    """Where the tools that this Go version makes of the pinned sources are, or will be."""
    return cache_directory() / "tools" / tools_key(go, modules)


def ensure_tools(progress: Progress, modules: tuple[ToolModule, ...] = MODULES) -> Tools:
    """The tools, built now if they are not in the cache. ToolchainError where Go is missing or fails."""
    home = tools_home(go_version(), modules)
    tools = Tools(home)
    if tools.bin.is_dir():
        return tools
    home.mkdir(parents=True, exist_ok=True)
    progress(0, 0, "waiting for another build of the same tools")
    with locked(home / "lock"):
        if not tools.bin.is_dir():
            _build_all(home, progress, modules)
    return tools


def _build_all(home: Path, progress: Progress, modules: tuple[ToolModule, ...]) -> None:
    unfinished = home / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    progress(0, 0, "downloading modules and listing packages")
    counts = [count_packages(module) for module in modules]
    total, before = sum(counts), 0
    for module, count in zip(modules, counts, strict=True):
        seen, ceiling = before, before + count
        progress(seen, total, f"building {module.name}")

        def said(line: str, ceiling: int = ceiling) -> None:
            nonlocal seen
            # Packages that Go has in its own cache are not named, so the count only ever lags behind.
            seen = min(seen + 1, ceiling)
            progress(seen, total, line)

        build(module, unfinished, said)
        before = ceiling
        progress(before, total, f"built {module.name}")
    unfinished.rename(home / "bin")
