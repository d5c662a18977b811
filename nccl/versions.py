"""The versions of the components, from what each prints of itself.

Forms read in the sources: NCCL `src/init.cc` (showVersion), `src/misc/cudawrap.cc`; aws-ofi-nccl
`src/nccl_ofi_net.cpp`.
"""

import re
from collections.abc import Iterable

from nccl.facts import Versions

_PLUGIN = re.compile(r"(?:Initializing|Using) aws-ofi-nccl (\S+)")
_LIBFABRIC = re.compile(r"Using Libfabric version (\S+)")
_NCCL = re.compile(r"NCCL version ([\d.]+\w*)(?:\+cuda([\d.]+))?")
_CUDA_DRIVER = re.compile(r"(?:cudaDriverVersion|Using CUDA driver version) (\d{1,9})\b")

VERSION_WORDS = (
    b"NCCL version",
    b"cudaDriverVersion",
    b"Using CUDA driver version",
    b"NET/OFI Initializing aws-ofi-nccl",
    b"NET/OFI Using aws-ofi-nccl",
    b"NET/OFI Using Libfabric version",
)
"""How the messages begin that tell a version."""


def versions_of(messages: Iterable[str], nccl_tests: str | None, nccl_library: int | None) -> Versions:
    """The versions; NCCL's own message goes before the number in nccl-tests' first line."""
    texts = sorted(messages)
    nccl = _first(_NCCL, texts)
    driver = _first(_CUDA_DRIVER, texts)
    return Versions(
        nccl=nccl[1] if nccl else version_of_code(nccl_library),
        plugin=_group(_PLUGIN, texts),
        libfabric=_group(_LIBFABRIC, texts),
        cuda=nccl[2] if nccl else None,
        cuda_driver=f"{int(driver[1]) // 1000}.{int(driver[1]) % 1000 // 10}" if driver else None,
        nccl_tests=nccl_tests,
    )


def version_of_code(code: int | None) -> str | None:
    """NCCL_VERSION_CODE as a version: 22707 is 2.27.7; before 2.9 it had one digit less (2804 is 2.8.4)."""
    if not code:
        return None
    major, minor = (10000, 100) if code >= 10000 else (1000, 100)
    return f"{code // major}.{code % major // minor}.{code % minor}"


def _first(pattern: re.Pattern[str], texts: list[str]) -> re.Match[str] | None:
    return next((match for text in texts if (match := pattern.search(text))), None)


def _group(pattern: re.Pattern[str], texts: list[str]) -> str | None:
    match = _first(pattern, texts)
    return match[1] if match else None
