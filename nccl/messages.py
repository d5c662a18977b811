"""What NCCL and the aws-ofi-nccl plugin say of themselves, each message with how often it came.

Forms read in the sources: NCCL `src/init.cc` (showVersion, "Using network"), `src/misc/cudawrap.cc`;
aws-ofi-nccl `src/nccl_ofi_net.cpp`, where "Selected Provider is efa" (to 1.6) became
"Selected Provider is efa (found 4 nics)" (1.7) and
"Selected provider is efa, fabric is efa-direct (found 4 nics)" (1.14).
"""

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from nccl.facts import Transport, Versions

_NETWORK = re.compile(r"Using network (.+?)\s*$")
_PROVIDER = re.compile(
    r"Selected [Pp]rovider is ([^,\s(]+)(?:, fabric is ([^,\s(]+))?(?: \(found (\d{1,9}) nics?\))?"
)
_PLUGIN = re.compile(r"(?:Initializing|Using) aws-ofi-nccl (\S+)")
_LIBFABRIC = re.compile(r"Using Libfabric version (\S+)")
_NCCL = re.compile(r"NCCL version ([\d.]+\w*)(?:\+cuda([\d.]+))?")
_CUDA_DRIVER = re.compile(r"(?:cudaDriverVersion|Using CUDA driver version) (\d{1,9})\b")


def transport_of(messages: Mapping[str, int]) -> Transport:
    """Networks, providers, fabrics and interface counts, each with the number of messages naming it."""
    networks: Counter[str] = Counter()
    providers: Counter[str] = Counter()
    fabrics: Counter[str] = Counter()
    interfaces: Counter[str] = Counter()
    for text, times in messages.items():
        if match := _NETWORK.search(text):
            networks[match[1]] += times
        elif match := _PROVIDER.search(text):
            for counter, value in zip((providers, fabrics, interfaces), match.groups(), strict=True):
                if value:
                    counter[value] += times
    return Transport(_kept(networks), _kept(providers), _kept(fabrics), _kept(interfaces))


def versions_of(messages: Mapping[str, int], nccl_tests: str | None, nccl_library: int | None) -> Versions:
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


def _kept(counter: Counter[str]) -> Mapping[str, int]:
    return MappingProxyType(dict(sorted(counter.items())))
