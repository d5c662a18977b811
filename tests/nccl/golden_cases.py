"""The corpus: every form of output that field notes name, one case each, with the verdict it must get.

`facts` of a case is what differs from the facts of the whole run; None compares only the outcome.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from tests.nccl.golden_wrappings import (
    Wrapping,
    behind,
    cut_by_message,
    interleaved,
    stamped,
    without,
)
from tests.nccl.nccl_tests_run import Run

P5 = {"provider": "efa", "interfaces": 32, "instance_type": "p5.48xlarge"}
EFA = {"provider": "efa"}


@dataclass(frozen=True)
class Case:
    """A generated log: the run, what became of its output, what is asked, the outcome and words of why."""

    run: Run = field(default_factory=Run)
    wrappings: tuple[Wrapping, ...] = ()
    expect: dict[str, Any] = field(default_factory=lambda: P5)
    outcome: str = "PASS"
    why: str = ""
    facts: dict[str, Any] | None = field(default_factory=dict)
    line_end: str = "\n"
    lead: str = ""
    last_line_ends: bool = True


PLAIN = Run()
G4DN = Run(
    hosts=("nccl-worker-0", "nccl-worker-1"), gpus=1, gpu="Tesla T4", minimum=1024, maximum=1 << 30, peak=2.9,
    latency_us=70, fabric=None, nics=1, plugin="1.7.4-aws", network="AWS Libfabric",
)  # fmt: skip
SOCKET = replace(G4DN, network="Socket", peak=2.05, latency_us=100)
OLD = replace(G4DN, release=(2, 10, 1), nics=None, plugin="1.1.4aws")
SMALL = replace(PLAIN, maximum=64 << 20)


def of(collective: str, **changes: Any) -> Run:
    """A short run of another collective."""
    return replace(SMALL, collective=collective, **changes)


RELEASES = {
    "release-2.19.6": Case(),
    "release-2.17.9": Case(replace(PLAIN, release=(2, 17, 9), network="AWS Libfabric")),
    "release-2.17.5": Case(replace(PLAIN, release=(2, 17, 5))),
    "release-2.16.9": Case(replace(PLAIN, release=(2, 16, 9), plugin="1.16.3", nccl="2.27.7")),
    "release-2.13.10": Case(
        replace(G4DN, release=(2, 13, 10)),
        expect=EFA | {"instance_type": "g4dn.8xlarge", "collective": "all_reduce"},
    ),
    "release-2.10-error-column": Case(OLD, expect=EFA),
    "release-2.10-all-gather": Case(replace(OLD, collective="all_gather"), expect=EFA),
    "release-2.10-broadcast": Case(replace(OLD, collective="broadcast"), expect=EFA),
    "release-2.10-reduce": Case(replace(OLD, collective="reduce"), expect=EFA),
    "release-2024-side-work": Case(replace(PLAIN, release=(2, 13, 11), side_work=True), expect=EFA),
}

LAUNCHERS = {
    "prefix-mpirun-tag": Case(wrappings=(behind("[1,0]<stdout>:"),)),
    "prefix-prrte-tag": Case(wrappings=(behind("[prterun-launcher-77@1,0]<stdout>: "),)),
    "prefix-mpirun-timestamp": Case(wrappings=(behind("Fri Jul 10 09:30:01 2026[1,0]<stdout>:"),)),
    "prefix-srun": Case(wrappings=(behind("0: "),)),
    "prefix-srun-no-space": Case(wrappings=(behind("0:"),)),
    "prefix-srun-padded": Case(wrappings=(behind("  0: "),)),
    "prefix-kubectl-timestamps": Case(wrappings=(stamped("2026-07-10T09:{time}Z "),)),
    "prefix-kubectl-pod": Case(wrappings=(behind("[pod/nccl-efa-launcher-x7k2p/launcher] "),)),
    "prefix-node-log-file": Case(wrappings=(stamped("2026-07-10T09:{time}Z stdout F "),)),
    "prefix-iso-and-tag": Case(wrappings=(behind("[1,0]<stdout>:"), stamped("2026-07-10T09:{time}+00:00 "))),
    "prefix-stern": Case(wrappings=(behind("nccl-efa-launcher launcher "),)),
    "line-ends-of-windows": Case(line_end="\r\n"),
    "byte-order-mark": Case(lead="\ufeff"),
    "noise-around": Case(
        wrappings=(
            lambda lines: [
                "Warning: Permanently added 'worker-0' to the list",
                "12 34 56",
                *lines,
                "job done",
            ],
        )
    ),
}

OPTIONS = {
    "option-S-timestamps": Case(replace(PLAIN, timestamps=True)),
    "option-I-per-iteration": Case(replace(PLAIN, per_iteration=True)),
    "option-I-and-S": Case(replace(PLAIN, per_iteration=True, timestamps=True)),
    "option-M-memory": Case(replace(PLAIN, memory=True)),
    "option-C-cputime": Case(replace(PLAIN, cputime=True)),
    "option-N-cycles": Case(replace(SMALL, cycles=3), expect=EFA),
    "option-i-step": Case(replace(SMALL, minimum=1 << 20, maximum=16 << 20, step=1 << 20), expect=EFA),
    "option-d-all": Case(
        replace(
            SMALL, maximum=1 << 20, types=("int8", "uint64", "half", "double", "bfloat16", "f8e4m3", "f8e5m2")
        ),
        expect=EFA,
    ),
    "option-o-all": Case(
        replace(SMALL, maximum=1 << 20, operations=("sum", "prod", "avg", "mulsum")), expect=EFA
    ),
    "option-r-all": Case(of("broadcast", gpus=2, maximum=1 << 20, roots=(0, 1, 2, 3)), expect=EFA),
    "option-c-0-unchecked": Case(replace(PLAIN, validation=0), outcome="INCONCLUSIVE", why="not compared"),
    "type-bfloat16": Case(replace(SMALL, types=("bfloat16",)), expect=EFA),
    "type-f8e4m3": Case(replace(SMALL, types=("f8e4m3",)), expect=EFA),
    "type-int8": Case(replace(SMALL, types=("int8",)), expect=EFA),
    "memory-limits-sizes": Case(replace(PLAIN, maximum=128 << 30, reduced=23_622_320_128)),
    "exponents": Case(replace(G4DN, maximum=16 << 30, peak=0.9, latency_us=2.0), expect=EFA),
    "bandwidth-over-1000": Case(replace(PLAIN, peak=12_345.0, hosts=("a", "b", "c")), expect=EFA),
    "minimum-bandwidth-ok": Case(replace(PLAIN, minimum_bandwidth=100.0)),
    "minimum-bandwidth-failed": Case(
        replace(PLAIN, minimum_bandwidth=400.0), outcome="FAIL", why="NCCL_TESTS_MIN_BW"
    ),
    "last-error-is-told": Case(
        replace(PLAIN, last_error="NET/OFI could not set FI_OPT_EFA_HOMOGENEOUS_PEERS")
    ),
}

HEADERS_LOST = {
    "header-lost-per-iteration": Case(
        replace(PLAIN, per_iteration=True),
        (without("size  count"), without("#  "), without("Per-Iteration")),
        expect=EFA,
        outcome="PASS",
        why="provider efa",
        facts=None,
    ),
    "header-lost-error-column": Case(
        replace(OLD, collective="reduce"),
        (without("size  count"), without("#  ")),
        expect=EFA,
        outcome="PASS",
        why="provider efa",
        facts=None,
    ),
}

COLLECTIVES = {
    f"collective-{name}": Case(of(name), expect=EFA)
    for name in (
        "all_gather",
        "reduce_scatter",
        "alltoall",
        "alltoallv",
        "sendrecv",
        "reduce",
        "gather",
        "hypercube",
    )
}

MESSAGES = {
    "messages-interleaved": Case(wrappings=(interleaved(PLAIN),)),
    "messages-cut-a-row-after-root": Case(wrappings=(cut_by_message(PLAIN, 3, 52),)),
    "messages-cut-a-row-between-halves": Case(wrappings=(cut_by_message(PLAIN, 5, 85),)),
    "messages-cut-a-row-behind-a-tag": Case(
        wrappings=(cut_by_message(PLAIN, 3, 52), behind("[1,0]<stdout>:"))
    ),
    "messages-version-only": Case(
        wrappings=(without("NCCL INFO"), lambda lines: ["NCCL version 2.28.7+cuda12.9", *lines]),
        outcome="INCONCLUSIVE",
        why="names no network",
        facts=None,
    ),
}
