"""The other half of the corpus: runs that went wrong, and logs that lost something on their way."""

from dataclasses import replace
from typing import Any

from tests.nccl.golden_cases import EFA, G4DN, P5, PLAIN, SMALL, SOCKET, Case
from tests.nccl.golden_wrappings import Wrapping, ending_at, replaced, starting_at, without, without_row
from tests.nccl.nccl_tests_output import output
from tests.nccl.nccl_tests_run import Run

FIRST_HALF = "float     sum      -1    65.00    0.00    0.00"
STOPPED = ending_at("   8388608 ")
OLD = replace(G4DN, release=(2, 13, 10))
EXCERPT = (starting_at("#      "), without("Collective test"))
FAILURES = (
    "worker-1: Test NCCL failure all_reduce.cu:42 'remote process exited / x'",
    " .. worker-1 pid 108: Test failure common.cu:401",
)


def fails(why: str, run: Run = PLAIN, expect: dict[str, Any] = P5) -> Case:
    """A whole log of a run that went wrong."""
    return Case(run, expect=expect, outcome="FAIL", why=why)


def changed(outcome: str, why: str, *wrappings: Wrapping, run: Run = PLAIN, **more: Any) -> Case:
    """A log that does not say what the run would have said: only the outcome is compared."""
    return Case(run, wrappings, outcome=outcome, why=why, facts=None, **more)


def failing(why: str, *wrappings: Wrapping, run: Run = PLAIN) -> Case:
    """A changed log that shows a failure."""
    return changed("FAIL", why, *wrappings, run=run)


def open_to(why: str, *wrappings: Wrapping, run: Run = PLAIN, **more: Any) -> Case:
    """A changed log that answers too little."""
    return changed("INCONCLUSIVE", why, *wrappings, run=run, **more)


def undecided(why: str, run: Run = PLAIN, expect: dict[str, Any] = P5) -> Case:
    """A whole log that answers too little."""
    return Case(run, expect=expect, outcome="INCONCLUSIVE", why=why)


WENT_WRONG = {
    "wrong-values": fails("wrong values", replace(PLAIN, wrong={2048: 17, 8 << 20: 1_500_000})),
    "wrong-values-behind-ok": failing(
        "8192 wrong values in 2 measurements, first at 2 KiB",
        replaced("values : 2 FAILED", "values : 0 OK"),
        run=replace(PLAIN, wrong={2048: 4096}),
    ),
    "out-of-bounds-without-counts": failing(
        "out of bounds values: 3",
        replaced("values : 0 OK", "values : 3 FAILED"),
        run=replace(PLAIN, validation=0),
    ),
    "below-the-floor": fails("floor 431.35", replace(PLAIN, peak=300.0)),
    "fell-back-to-socket": fails("the data went over Socket", replace(PLAIN, network="Socket", peak=3.0)),
    "one-rank-on-socket": failing(
        "Libfabric, Socket", replaced("Using network Libfabric", "Using network Socket", times=1)
    ),
    "provider-tcp": fails("tcp;ofi_rxm", replace(PLAIN, provider="tcp;ofi_rxm", fabric="10.0.0.0/16")),
    "efa-where-socket-was-asked": fails("socket was asked for", G4DN, {"provider": "socket"}),
    "one-interface-lost": fails("ranks found 31", replace(PLAIN, nics=31)),
    "one-rank-lost-an-interface": failing(
        "ranks found 31, 32", replaced("found 32 nics", "found 31 nics", times=1)
    ),
    "nccl-failure": failing("Test NCCL failure", STOPPED, lambda lines: [*lines, *FAILURES]),
    "test-timeout": failing(
        "Test timeout", STOPPED, lambda lines: [*lines, "worker-0: Test timeout (600s) common.cu:524"]
    ),
}

LOST_SOMETHING = {
    "cut-in-a-row": open_to("that cannot be read: 1", ending_at("  8388608 ", keep=70)),
    "cut-after-a-row": open_to("asked for", STOPPED),
    "cut-before-the-average": open_to("Avg bus", ending_at("# Avg bus")),
    "cut-in-the-average": open_to("is printed", ending_at("# Avg bus", keep=27), last_line_ends=False),
    "cut-before-concluded": open_to("last lines", ending_at("concluded")),
    "last-empty-line-lost": changed("PASS", "provider efa", lambda lines: lines[:-1]),
    "last-empty-line-lost-2.17.5": changed(
        "PASS", "provider efa", lambda lines: lines[:-1], run=replace(PLAIN, release=(2, 17, 5))
    ),
    "last-empty-line-lost-old": changed(
        "PASS", "provider efa", lambda lines: lines[:-1], run=OLD, expect=EFA
    ),
    "cut-in-the-last-digit-of-an-excerpt": open_to(
        "cut off", *EXCERPT, ending_at("# Avg bus", keep=30), run=G4DN, expect={}, last_line_ends=False
    ),
    "beginning-lost": open_to("never started", starting_at("   524288 ")),
    "beginning-lost-old": open_to("rows are missing", starting_at("   262144 "), run=OLD, expect={}),
    "a-row-lost": open_to("sizes were asked for", without_row(9)),
    "a-row-lost-undeclared": open_to("a size is missing", *EXCERPT, without_row(8), run=G4DN, expect={}),
    "a-size-that-was-not-asked-for": open_to(
        "where 32 KiB was asked for", replaced("       32768          8192", "       65536         16384")
    ),
    "blank-line-of-another-before-the-end": open_to(
        "shut down", ending_at("concluded", keep=99), lambda lines: [*lines, "", ""]
    ),
    "rows-of-another-run": open_to("rows average to", replaced("  479.", "  469.")),
    "two-runs-in-one-log": open_to("holds 2 runs", lambda lines: [*lines, *output(SMALL)]),
    "not-a-number": open_to(
        "not a number", replaced(FIRST_HALF, FIRST_HALF.replace("0.00    0.00", " nan     nan")), run=SMALL
    ),
    "infinite": open_to(
        "not a number", replaced(FIRST_HALF, FIRST_HALF.replace("0.00    0.00", " inf     inf")), run=SMALL
    ),
    "plugin-does-not-count": undecided(
        "does not count them", replace(G4DN, nics=None, plugin="1.6.0aws"), EFA | {"interfaces": 1}
    ),
    "libfabric-without-provider": open_to("no line names the provider", without("Selected provider")),
    "provider-without-network": open_to("NCCL used it", without("Using network")),
    "one-host-only": undecided("crossed", replace(SMALL, hosts=("nccl-efa-worker-0",)), EFA),
    "floor-size-not-run": undecided("-e 2G", replace(PLAIN, maximum=1 << 30)),
    "floor-of-an-unnamed-collective": undecided(
        "give --collective", OLD, EFA | {"instance_type": "g4dn.8xlarge"}
    ),
    "no-rows": open_to("no result row", starting_at("# Out of")),
}

WITHOUT_A_FLOOR = {
    "type-without-a-figure": Case(expect=P5 | {"instance_type": "p5en.48xlarge"}, why="without a floor"),
    "nodes-without-a-figure": Case(
        replace(PLAIN, hosts=("a-0", "a-1", "a-2")), why="only all_reduce on 2 nodes is published"
    ),
    "collective-without-a-figure": Case(replace(SMALL, collective="all_gather"), why="is all_gather on 2"),
    "socket-as-asked": Case(SOCKET, expect={"provider": "socket"}, why="none is published for the socket"),
    "nothing-asked": Case(expect={}, why="no provider was asked for; it is efa"),
    "recorded": Case(
        wrappings=(lambda lines: ["# recorded, not measured here", *lines],), facts={"recorded": True}
    ),
}
