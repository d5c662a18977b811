"""Finds the recording that stands for an NCCL test: no pod here has a GPU to measure with.

The names are the index: `recordings/<instance type>/<nodes>-nodes/<collective>-<provider>.log`, and with
`-<fault>` before the ending where the run goes wrong. The first lines of each say where it comes from.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from sandbox.paths import REPOSITORY

FOLDER = REPOSITORY / "sandbox" / "recordings"


@dataclass(frozen=True)
class NcclTest:
    """What a launcher was asked to run, and on what."""

    collective: str
    provider: str
    """`socket` or `efa`."""
    instance_type: str
    nodes: int
    fault: str = ""
    """One of NcclFault, or empty."""

    @property
    def recording(self) -> Path:
        """Where its recording is, if there is one."""
        fault = f"-{self.fault}" if self.fault else ""
        folder = FOLDER / self.instance_type / f"{self.nodes}-nodes"
        return folder / f"{self.collective}-{self.provider}{fault}.log"

    def __str__(self) -> str:
        """As messages name it."""
        fault = f" with {self.fault}" if self.fault else ""
        return f"{self.collective} on {self.nodes} x {self.instance_type}{fault}"


def replay(test: NcclTest) -> tuple[str, ...] | None:
    """The lines of the recording; None where there is none."""
    try:
        return tuple(test.recording.read_text().splitlines())
    except FileNotFoundError:
        return None


def no_recording(test: NcclTest) -> str:
    """One line for a test that nobody has recorded, with those that somebody has."""
    runs = defaultdict(list)
    for path in sorted(FOLDER.glob("*/*-nodes/*.log")):
        collective, provider, *fault = path.stem.split("-")
        if not fault:
            nodes = path.parent.name.removesuffix("-nodes")
            runs[f"{collective} on {nodes} x {path.parent.parent.name}"].append(provider)
    there = ", ".join(f"{run} ({', '.join(providers)})" for run, providers in runs.items())
    return f"the sandbox has no recording of {test}; there are: {there}"
