"""Karpenter's charts without their registry: taken from the sources that the controller is built from.

The Go module of a Karpenter release carries its charts as they were before the release: the release step
writes the version into Chart.yaml and the image's tag and digest into values.yaml (hack/release/common.sh of
aws/karpenter-provider-aws). The copy made here gets the version and the tag. It gets no digest: what runs in
the sandbox is the controller built from these sources, and no published image.
"""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.world.go_build import go_version, module_directory
from sandbox.world.locks import locked
from sandbox.world.pins import KARPENTER, pinned_version
from sandbox.world.tools import tools_home

REPOSITORY = "oci://public.ecr.aws/karpenter"
CHARTS = ("karpenter", "karpenter-crd")


def local_chart(chart: str, version: str) -> Path | None:
    """The folder of one of Karpenter's charts at the pinned version; None for anything else.

    `chart` is its address, or its last part alone. The copy is made once and kept beside the tools.
    """
    name = chart.removeprefix(f"{REPOSITORY}/")
    if name not in CHARTS or version.removeprefix("v") != pinned_version(KARPENTER):
        return None
    store = tools_home(go_version()) / "charts"
    target = store / name
    if not target.is_dir():
        store.mkdir(parents=True, exist_ok=True)
        _release(module_directory(KARPENTER) / "charts" / name, target, version.removeprefix("v"))
    return target


def released(text: str, version: str) -> str:
    """Chart.yaml or values.yaml as the release step leaves it, but without the image's digest."""
    text = re.sub(r"^(version|appVersion): .*$", rf"\g<1>: {version}", text, flags=re.MULTILINE)
    text = re.sub(r"^( +)tag: \d+\.\d+\.\d+$", rf"\g<1>tag: {version}", text, flags=re.MULTILINE)
    return re.sub(r"^( +)digest: sha256:\w+$", r'\g<1>digest: ""', text, flags=re.MULTILINE)


def _release(source: Path, target: Path, version: str) -> None:
    with TemporaryDirectory(dir=target.parent) as workplace:
        copy = Path(workplace) / target.name
        shutil.copytree(source, copy, copy_function=shutil.copyfile)
        # Folders of Go's module cache are read-only, and so would their copies be.
        for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        for file in (copy / "Chart.yaml", copy / "values.yaml"):
            file.write_text(released(file.read_text(), version))
        with locked(target.parent / "lock"):
            if not target.is_dir():
                copy.rename(target)
