"""Generated files of nccl-tests' -J option, in the forms of `src/util.cu` (file versions 1 to 3)."""

import json
from dataclasses import replace
from typing import Any

from tests.nccl.golden_cases import EFA, PLAIN, SMALL, Case
from tests.nccl.golden_truth import truth
from tests.nccl.nccl_tests_output import average, rows
from tests.nccl.nccl_tests_run import CLOCK, Run


def document(run: Run, version: int = 3) -> dict[str, Any]:
    """The file as its writer makes it: booleans are strings, a count without a check is null."""
    bad = sum(bool(half["wrong"]) for row in rows(run) for half in row["halves"])
    key = ("average_bus_bandwidith", "bandwidith") if version == 1 else ("average_bus_bandwidth", "bandwidth")
    return {
        "version": version,
        "start_time": CLOCK,
        "args": [f"/opt/nccl-tests/build/{run.collective}_perf", "-b", str(run.minimum)],
        "env": ["NCCL_DEBUG=INFO", "AWS_SECRET_ACCESS_KEY=never shown"],
        "nccl_version": 22807,
        "config": {
            "nthreads": 1,
            "ngpus": 1,
            "minimum_bytes": run.minimum,
            "maximum_bytes": run.maximum,
            "step_factor": run.factor,
            "warmup_iters": 5,
            "iterations": 20,
            "validation": run.validation,
            "blocking_collectives": "false",
            "devices": [
                {
                    "rank": rank,
                    "group": 0,
                    "pid": 100 + rank,
                    "hostname": run.hosts[rank // run.gpus],
                    "device": rank % run.gpus,
                    "device_hex": "0000:53:00",
                    "device_info": run.gpu,
                }
                for rank in range(run.ranks)
            ],
        },
        "results": [_result(run, row) for row in rows(run)],
        "out_of_bounds": {"count": bad, "okay": "false" if bad else "true"},
        key[0]: {key[1]: round(average(run), 6), "okay": "unchecked"},
        "errors": [],
        "end_time": CLOCK,
    }


def _result(run: Run, row: dict[str, Any]) -> dict[str, Any]:
    first = {name: row[name] for name in ("size", "count", "type", "redop")} | {"root": f"{row['root']:6}"}
    places = zip(("out_of_place", "in_place"), row["halves"], strict=True)
    last = {"actual_iterations": 20, "experiment_name": ""}
    return first | {place: _half(run, half) for place, half in places} | last


def _half(run: Run, half: dict[str, Any]) -> dict[str, Any]:
    exact = {name: round(half[name], 6) for name in ("time", "algbw", "busbw")}
    wrong = None if half["wrong"] is None else float(half["wrong"])
    time = {"cpu_time" if run.cputime else "time": exact["time"]}
    return time | {"alg_bw": exact["algbw"], "bus_bw": exact["busbw"], "nwrong": wrong}


def json_truth(run: Run) -> dict[str, Any]:
    """The facts document of the file: exact numbers, and nothing of the network."""
    nothing: dict[str, Any] = {"networks": {}, "providers": {}, "fabrics": {}, "interfaces": {}}
    nothing |= {"between_hosts": {}, "nodes": None}
    versions = {"nccl": "2.28.7", "plugin": None, "libfabric": None, "cuda": None, "cuda_driver": None}
    found = (
        truth(run) | nothing | {"kind": "json", "provider": None, "versions": versions | {"nccl_tests": None}}
    )
    found["footer"] |= {"average_bus_bandwidth": round(average(run), 6)}
    for row, exact in zip(found["rows"], rows(run), strict=True):
        for place, half in zip(("out_of_place", "in_place"), exact["halves"], strict=True):
            row[place] |= {
                "time_us": round(half["time"], 6),
                "algorithm_bandwidth": round(half["algbw"], 6),
                "bus_bandwidth": round(half["busbw"], 6),
            }
    found["peak_bus_bandwidth"] = max(row["out_of_place"]["bus_bandwidth"] for row in found["rows"])
    return found


def _case(run: Run, text: str = "", outcome: str = "INCONCLUSIVE", why: str = "") -> tuple[Case, str]:
    """A file that differs from what the run would have written, so that only the outcome is compared."""
    return Case(run, expect={}, outcome=outcome, why=why, facts=None), text


FLOOR = {"instance_type": "p5.48xlarge"}
UNCHECKED = replace(PLAIN, validation=0)
CPUTIME = replace(PLAIN, cputime=True)
ALLTOALL = replace(SMALL, collective="alltoall")
WHOLE = json.dumps(document(SMALL))
EARLY = {key: value for key, value in document(SMALL).items() if "bus" not in key and "out" not in key}
EMPTY = document(SMALL) | {
    "results": [row | {"out_of_place": None, "in_place": None} for row in document(SMALL)["results"]]
}
SILENT = "the JSON of -J never says it"
CASES: dict[str, tuple[Case, str]] = {
    "json-3": (Case(expect=FLOOR), json.dumps(document(PLAIN))),
    "json-1-misspelt-average": (Case(expect=FLOOR), json.dumps(document(PLAIN, 1))),
    "json-cputime": (Case(CPUTIME, expect=FLOOR), json.dumps(document(CPUTIME))),
    "json-alltoall": (Case(ALLTOALL, expect={}), json.dumps(document(ALLTOALL))),
    "json-unchecked": (
        Case(UNCHECKED, expect=FLOOR, outcome="INCONCLUSIVE", why="not compared"),
        json.dumps(document(UNCHECKED)),
    ),
    "json-says-no-provider": (
        Case(expect=EFA, outcome="INCONCLUSIVE", why=SILENT),
        json.dumps(document(PLAIN)),
    ),
    "json-infinite": _case(SMALL, WHOLE.replace('"bus_bw": 0.000231', '"bus_bw":inf'), why="not a number"),
    "json-ended-early": _case(SMALL, json.dumps(EARLY), why="did not finish"),
    "json-cut-off": _case(SMALL, WHOLE[:-40], why="does not parse"),
    "json-of-something-else": _case(SMALL, '{"results": {"size": 8}}', why="without a list of results"),
    "json-without-measurements": _case(SMALL, json.dumps(EMPTY), why="no row has a bus bandwidth"),
    "json-with-other-results": _case(SMALL, '{"results": [{"size": 8}]}', why="unlike that of nccl-tests"),
}
