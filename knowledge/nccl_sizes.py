"""Message sizes of nccl-tests: how they are written, and how large a message a GPU has room for."""

import re

SIZE = r"^[1-9][0-9]{0,14}[KMG]?$"
"""What this project takes for a size: `8`, `512K`, `2G`. nccl-tests itself would also take a fraction."""

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}
"""`parsesize` in src/common.cu of nccl-tests 2.16.9: powers of two, and no T."""

_GIB = 2**30


def size_in_bytes(text: str) -> int | None:
    """Bytes of a size as nccl-tests reads it, None where `text` is no size."""
    if not re.fullmatch(SIZE, text):
        return None
    number = text.rstrip("KMG")
    return int(number) * _UNITS[text[len(number) :]]


def largest_message(gpu_memory_mib: int) -> int:
    """Bytes of the largest message that a GPU with so much memory can check; larger ones are cut to it.

    nccl-tests leaves 1 GiB free for each 16 GiB, at most 4, and 1 GiB for the rest, and wants three buffers:
    send, receive and what was expected (`memMaxBytes` in src/common.cu of 2.16.9). The published
    runs agree: on the 268 GiB of a B300 they end at 64 GiB, and 128 GiB does not fit.
    """
    memory = gpu_memory_mib * 2**20
    reserved = min(-(-memory // (16 * _GIB)), 4) * _GIB
    return max(0, (memory - reserved - _GIB) // 3)


def largest_useful_size(gpu_memory_mib: int) -> int:
    """Bytes of the largest power of two that fits; 0 where none does."""
    most = largest_message(gpu_memory_mib)
    return 1 << (most.bit_length() - 1) if most else 0
