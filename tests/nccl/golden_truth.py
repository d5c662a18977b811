"""What a parser must find in a generated log: told by what was generated, not by the parser."""

from typing import Any

from tests.nccl.nccl_tests_output import average, half_text, rows
from tests.nccl.nccl_tests_run import Run


def truth(run: Run) -> dict[str, Any]:
    """The facts document of a whole log of the run."""
    socket = run.network == "Socket"
    named = run.release >= (2, 16, 0)
    bad = sum(bool(half["wrong"]) for row in rows(run) for half in row["halves"])
    bound, mean = run.minimum_bandwidth, float(f"{average(run):g}")
    table = [_row(run, row) for row in rows(run)]
    return {
        "kind": "text",
        "recorded": False,
        "provider": "socket" if socket else run.provider,
        "networks": {run.network: run.ranks},
        "providers": {} if socket else {run.provider: run.ranks},
        "fabrics": {} if socket or run.fabric is None else {run.fabric: run.ranks},
        "interfaces": {} if socket or run.nics is None else {str(run.nics): run.ranks},
        "between_hosts": _between(run),
        "nodes": None if not newer(run) else 1 if run.multi_node_nvlink else len(run.hosts),
        "multi_node_nvlink": run.multi_node_nvlink,
        "unknown": [],
        "versions": {
            "nccl": run.nccl,
            "plugin": None if socket else run.plugin,
            "libfabric": None if socket else "2.3",
            "cuda": run.cuda,
            "cuda_driver": "12.9",
            "nccl_tests": ".".join(map(str, run.release)) if run.release >= (2, 17, 4) else None,
        },
        "collective": run.collective if named else None,
        "ranks": run.ranks,
        "hosts": list(run.hosts),
        "devices": [run.gpu],
        "declared": {
            "minimum_bytes": run.minimum,
            "maximum_bytes": run.reduced or run.maximum,
            "step": run.step or run.factor,
            "step_is_factor": not run.step,
            "validation": run.validation,
        },
        "started": int(named),
        "concluded": int(named),
        "footer": {
            "out_of_bounds": bad,
            "out_of_bounds_ok": not bad,
            "average_bus_bandwidth": mean,
            "average_ok": None if bound is None else mean >= 0.9 * bound,
            "closed": True,
        },
        "peak_bus_bandwidth": max(row["out_of_place"]["bus_bandwidth"] for row in table),
        "failures": [],
        "last_error": run.last_error,
        "malformed_rows": [],
        "rows_dropped": 0,
        "rows": table,
    }


def newer(run: Run) -> bool:
    """Whether NCCL counts the nodes of a communicator."""
    return tuple(map(int, run.nccl.split("."))) >= (2, 20, 3)


def _between(run: Run) -> dict[str, list[str]]:
    if len(run.hosts) == 1:
        return {}
    carrier = "P2P/MNNVL" if run.multi_node_nvlink else f"NET/{run.network}"
    return {carrier: sorted(run.hosts)}


def _row(run: Run, row: dict[str, Any]) -> dict[str, Any]:
    first = {"size": row["size"], "count": row["count"], "type": row["type"]}
    shown_redop = not run.old or run.collective in ("all_reduce", "reduce", "reduce_scatter", "sendrecv")
    first |= {"redop": row["redop"] if shown_redop else "", "root": row["root"]}
    places = zip(("out_of_place", "in_place"), row["halves"], strict=True)
    return first | {place: _half(run, half) for place, half in places}


def _half(run: Run, half: dict[str, Any]) -> dict[str, Any]:
    printed = half_text(run, half).split()
    counted = half["wrong"] is not None
    return {
        "time_us": float(printed[0]),
        "algorithm_bandwidth": float(printed[1]),
        "bus_bandwidth": float(printed[2]),
        "wrong": half["wrong"] if counted and not run.old else None,
        "deviation": 2e-07 if counted and run.old else None,
    }
