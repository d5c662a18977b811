"""Which machine code a kind of GPU runs: its compute capability, by the name that EC2 gives it."""

from collections.abc import Iterable, Mapping

from knowledge.compatibility.release import compare

COMPUTE_CAPABILITY: Mapping[str, str] = {
    "V100": "7.0",
    "T4": "7.5",
    "T4g": "7.5",
    "A100": "8.0",
    "A10G": "8.6",
    "L4": "8.9",
    "L40S": "8.9",
    "H100": "9.0",
    "H200": "9.0",
    "B200": "10.0",
    "GB200": "10.0",
    "B300": "10.3",
    "GB300": "10.3",
    "RTX PRO 4500": "12.0",
    "RTX PRO Server 6000": "12.0",
}
"""https://developer.nvidia.com/cuda-gpus, and of V100 https://developer.nvidia.com/cuda-legacy-gpus. T4g is
the T4 of Arm instances."""


def runs(capability: str, code: Iterable[str]) -> bool:
    """Whether a GPU runs a program that is built for these capabilities and has no PTX to build from.

    Code is for its major version, and for its minor one and later ones of it (NVIDIA, CUDA C++ Programming
    Guide, Binary Compatibility): what is built for 10.0 runs on 10.3, and nothing of 8.x on 7.5 or 12.0.
    """
    return any(_major(built) == _major(capability) and compare(built, capability) <= 0 for built in code)


def _major(capability: str) -> str:
    return capability.partition(".")[0]
