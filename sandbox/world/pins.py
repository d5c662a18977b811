"""What the sandbox's Go modules pin: versions read from go.mod, and the linker flags that stamp them.

A version is written once, in go.mod. The releases of Kubernetes and Karpenter put theirs into the binaries
by linker flags; a plain `go build` leaves `v0.0.0-master` and `unspecified` there, for clients to see.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.paths import TOOL_MODULES
from sandbox.world.errors import ToolchainError

KUBERNETES = "k8s.io/kubernetes"
KARPENTER = "github.com/aws/karpenter-provider-aws"
KWOK = "sigs.k8s.io/kwok"
MPI_OPERATOR = "github.com/kubeflow/mpi-operator"


@dataclass(frozen=True)
class ToolModule:
    """One Go module of tools: its folder, what it builds, and the tool that has to be renamed."""

    directory: Path
    binaries: tuple[str, ...]
    """Names after renaming."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Pairs: the name Go gives, which is the last part of the package path, and the one the tool goes by."""
    tags: tuple[str, ...] = ()
    """Build tags: what of the module's sources is left out or taken in."""

    @property
    def name(self) -> str:
        """Name of the folder, for progress and errors."""
        return self.directory.name

    @property
    def go_mod(self) -> str:
        """Text of its go.mod."""
        return (self.directory / "go.mod").read_text()


MODULES = (
    ToolModule(TOOL_MODULES / "kwok", ("kwok", "kwokctl")),
    ToolModule(
        TOOL_MODULES / "kubernetes",
        ("etcd", "helm", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
        renamed=(("server", "etcd"),),
    ),
    ToolModule(TOOL_MODULES / "karpenter", ("karpenter",), renamed=(("controller", "karpenter"),)),
)

PROMETHEUS_MODULES = (
    # Its ways to find targets in every cloud are a third of it; here a file tells it of its targets.
    ToolModule(TOOL_MODULES / "prometheus", ("prometheus", "promtool"), tags=("remove_all_sd",)),
)
"""A set of its own: only who looks at metrics waits for its build."""

SOURCES = (ToolModule(TOOL_MODULES / "mpi-operator", ()),)
"""Modules that nothing is built from: only a file of their sources is used."""


def pinned_version(module_path: str) -> str:
    """The version that the tool modules require of `module_path`, without its `v`, such as `1.35.4`."""
    for module in (*MODULES, *SOURCES):
        if version := required_version(module.go_mod, module_path):
            return version
    raise ToolchainError(str(TOOL_MODULES), f"no go.mod requires {module_path}", "add it with: go get -tool")


def required_version(go_mod: str, module_path: str) -> str | None:
    """The required version of `module_path` in the text of a go.mod, without its `v`."""
    found = re.search(rf"^(?:require)?\s*{re.escape(module_path)} v(\S+)", go_mod, re.MULTILINE)
    return found.group(1) if found else None


def minimum_go(go_mod: str) -> tuple[int, ...]:
    """The `go` directive of a go.mod as numbers: the toolchain must be that new at least."""
    found = re.search(r"^go ([0-9.]+)", go_mod, re.MULTILINE)
    return tuple(int(part) for part in found.group(1).split(".")) if found else ()


def linker_flags(go_mod: str) -> str:
    """The value of `-ldflags`: no symbol tables, and the versions that the upstream releases stamp."""
    stamps = []
    if kubernetes := required_version(go_mod, KUBERNETES):
        major, minor, _ = kubernetes.split(".", 2)
        for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
            stamps += [
                f"{package}.gitVersion=v{kubernetes}",
                f"{package}.gitMajor={major}",
                f"{package}.gitMinor={minor}",
            ]
    if karpenter := required_version(go_mod, KARPENTER):
        stamps.append(f"sigs.k8s.io/karpenter/pkg/operator.Version={karpenter}")
    return " ".join(["-s -w", *(f"-X {stamp}" for stamp in stamps)])
