"""What comes of a launcher's container: mpirun reaches its workers and a recording tells the rest, or not.

Which test runs follows from what is there and not from what a job is called: the command, the environment,
the devices that the workers have, and the nodes that they run on.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.node_names import EFA_RESOURCE
from sandbox.world.kubernetes import Document
from sandbox.world.mpi.conditions import conditions_of, is_true
from sandbox.world.mpi.fault import NcclFault
from sandbox.world.mpi.recordings import NcclTest, no_recording, replay

PROGRAM = re.compile(r"(?:^|/)([a-z_]+)_perf$")

EXIT_CODES = {NcclFault.WRONG_VALUES: 5, NcclFault.LAUNCHER_CRASH: 3}
"""Of nccl-tests, which mpirun hands on: `testNumResults` and `testNcclError` in src/common.h."""

NO_RECORDING = "NoRecording"


@dataclass(frozen=True)
class Ran:
    """A run of the launcher's container that has ended."""

    lines: tuple[str, ...]
    exit_code: int
    reason: str = ""
    """For an event, where the sandbox itself is why it failed."""

    @property
    def message(self) -> str:
        """Why it failed, in a line; empty where it did not."""
        return self.lines[-1] if self.exit_code else ""


def run(
    launcher: Document,
    workers: Sequence[Document],
    wanted: int,
    instance_types: Mapping[str, str],
    fault: NcclFault | None,
) -> Ran:
    """Run the launcher's container to its end.

    `workers` are the pods there are, `wanted` how many there should be, and `instance_types` those of their
    nodes by name.
    """
    reached = [pod for pod in workers if is_true(conditions_of(pod), "Ready")]
    if len(reached) < wanted:
        return Ran(_unreachable(workers, reached, wanted), 1)
    container = launcher["spec"]["containers"][0]
    words = [*container.get("command", ()), *container.get("args", ())]
    programs = [match[1] for word in words if (match := PROGRAM.search(word))]
    if not programs:
        return Ran((f"the sandbox replays runs of nccl-tests only, not: {' '.join(words)}",), 1, NO_RECORDING)
    provider = "socket" if _is_told_to_use_tcp(container) or not all(map(_has_efa, workers)) else "efa"
    types = sorted({instance_types.get(pod["spec"].get("nodeName", ""), "?") for pod in workers})
    strikes = fault if provider == "efa" and fault != NcclFault.IMAGE_PULL else None
    test = NcclTest(programs[0], provider, "+".join(types), len(workers), strikes or "")
    lines = replay(test)
    if lines is None:
        return Ran((no_recording(test),), 1, NO_RECORDING)
    return Ran(lines, EXIT_CODES.get(strikes, 0) if strikes else 0)


def _unreachable(workers: Sequence[Document], reached: Sequence[Document], wanted: int) -> tuple[str, ...]:
    """What ssh and Open MPI say of a host whose name does not resolve yet."""
    absent = next(
        (pod["metadata"]["name"] for pod in workers if pod not in reached), f"one of {wanted} workers"
    )
    return (
        f"ssh: Could not resolve hostname {absent}: Name or service not known",
        "ORTE was unable to reliably start one or more daemons.",
    )


def _is_told_to_use_tcp(container: Mapping[str, Any]) -> bool:
    return {"name": "NCCL_NET", "value": "Socket"} in container.get("env", ())


def _has_efa(worker: Document) -> bool:
    """From the device plugin, or with the host's devices mounted."""
    asked = worker["spec"]["containers"][0].get("resources", {}).get("limits", {})
    return int(asked.get(EFA_RESOURCE, 0)) > 0 or "/dev/infiniband" in _host_paths(worker)


def _host_paths(worker: Document) -> Iterator[str]:
    for volume in worker["spec"].get("volumes", ()):
        yield (volume.get("hostPath") or {}).get("path", "")
