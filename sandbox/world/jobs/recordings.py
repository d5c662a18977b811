"""The recorded log of a pod of a training job: of two nodes with one GPU and one EFA interface each."""

from collections.abc import Mapping
from typing import Any

from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE
from sandbox.paths import REPOSITORY
from sandbox.world.jobs.fault import JobFault

FOLDER = REPOSITORY / "sandbox" / "recordings" / "jobs"
RECORDED_HOST = "pytorch-efa"
"""With `-0` and `-1` the hosts in the recordings."""

PODS = 2


def replay(index: int, host: str, limits: Mapping[str, Any], fault: JobFault | None) -> tuple[str, ...]:
    """The lines of the pod with that completion index, under its own host name; one line where nobody has
    recorded such a pod. Of `MIXED`, the first pod goes over EFA.
    """
    gpus, interfaces = (int(limits.get(name, 0)) for name in (GPU_RESOURCE, EFA_RESOURCE))
    over_tcp = fault is JobFault.TCP or (fault is JobFault.MIXED and index > 0)
    if index >= PODS or gpus != 1 or (interfaces != 1 and not over_tcp):
        return (
            f"the sandbox has no recording of pod {index} with {gpus} GPUs and {interfaces} EFA interfaces; "
            f"there is one of {PODS} pods with 1 and 1",
        )
    text = (FOLDER / f"{'tcp' if over_tcp else 'efa'}-{index}.log").read_text()
    return tuple(text.replace(f"{RECORDED_HOST}-{index}", host).splitlines())
