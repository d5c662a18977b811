"""Why a pod does not use EFA, as NCCL, its plugin and libfabric say it in the log.

Forms read in the sources and in public reports:
NCCL `src/plugin/plugin_open.cc` ("NET/Plugin: Could not find: libnccl-net.so", "NET/Plugin: LIBRARY: ERROR")
and its forms before 2.23 ("NET/Plugin : No plugin found", "Plugin load (...) returned 2",
https://github.com/NVIDIA/nccl/issues/1231); aws-ofi-nccl `src/nccl_ofi_ofiutils.cpp` ("No eligible providers
were found", in old releases "Could not find any optimal provider", https://github.com/NVIDIA/nccl/issues/229);
libfabric `prov/efa/src/efa_errno.h` ("Unresponsive receiver", "Unresponsive remote", "Unreachable remote").
"""

import re
from collections.abc import Callable
from enum import Enum

from nccl.lines import printable


class Hint(Enum):
    """One thing that a log says went wrong."""

    FORCED = rb"NCCL_NET set (?:by environment )?to \S+"
    NO_PLUGIN = (
        rb"NET/Plugin ?: (?:Could not find:?[^\n]*libnccl-net|No plugin found|"
        rb"Plugin load [^\n]*returned 2|dlerror=[^\n]*No such file)"
    )
    PLUGIN_NOT_LOADED = rb"NET/Plugin: \S*libnccl-net\S*: [^\n]+"
    NO_PROVIDER = (
        rb"NET/OFI (?:No eligible providers were found|Could(?: not|n't) find any optimal provider|"
        rb"aws-ofi-nccl initialization failed)"
    )
    UNREACHABLE = (
        rb"Unresponsive (?:receiver|remote)|Unreachable remote|"
        rb"NET/OFI Unable to insert remote address into address vector"
    )
    NO_CONNECTION = (
        rb"NCCL (?:WARN|INFO) [^\n]*(?:[Cc]onnect|Accept)[^\n]*"
        rb"(?:Connection timed out|Connection refused|No route to host)"
    )
    NO_MEMORY = rb"\[Errno 12\] Cannot allocate memory"


_HOST = re.compile(rb"([\w.-]+):\d{1,10}:\d+ \[")
_MOST_LINES = 2_000
"""Of one kind in one log: every rank says it once or twice."""

_PATTERNS = {hint: re.compile(hint.value) for hint in Hint}

Hints = dict[str, dict[Hint, str]]
"""By pod, the first line of each kind."""


_OVERCOME = frozenset({Hint.UNREACHABLE, Hint.NO_CONNECTION})
"""Behind these a job may have been restarted in its container; then NCCL has begun anew."""
_BEGUN = b"NCCL INFO Using network "


def gather(log: bytes, owner: Callable[[str | None], str], found: Hints) -> None:
    """Add what a log says to `found`; `owner` names the pod of a host, or of the log where it has none."""
    begun = max(0, log.rfind(_BEGUN))
    for hint, pattern in _PATTERNS.items():
        for count, match in enumerate(pattern.finditer(log, begun if hint in _OVERCOME else 0)):
            if count == _MOST_LINES:
                break
            start = log.rfind(b"\n", 0, match.start()) + 1
            host = _HOST.search(log, start, match.end())
            pod = owner(host[1].decode() if host else None)
            end = log.find(b"\n", match.start())
            text = printable(log[match.start() : end if end >= 0 else len(log)])
            found.setdefault(pod, {}).setdefault(hint, text)
