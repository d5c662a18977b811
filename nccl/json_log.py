"""The file that `-J` writes, as the same facts as the text.

Releases from October 2025 write it (`src/util.cu`). Three traps: true and false are strings; NaN is the
string "nan" but infinity is a bare `inf`, which is no JSON; and to February 2026 the keys of the average
read `average_bus_bandwidith` and `bandwidith`. The file says nothing of the network that carried the data,
for that is in NCCL's own messages, and its `env` may hold secrets: nothing of it is kept.
"""

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from nccl.errors import LogError
from nccl.facts import RECORDED_MARK, DeclaredSweep, Facts, Footer, Measurement, Row, Versions
from nccl.roster import Device
from nccl.versions import version_of_code

_BARE_INFINITY = re.compile(rb"(?<=[:\[,])(-?)inf(?=[,}\]])")
_AVERAGE_KEYS = (("average_bus_bandwidth", "bandwidth"), ("average_bus_bandwidith", "bandwidith"))


def parse_json(document: bytes, name: str = "JSON") -> Facts:
    """Facts from the whole file. Raises LogError where it is no such file or is cut off."""
    try:
        found = json.loads(_BARE_INFINITY.sub(rb"\1Infinity", document))
    except (ValueError, RecursionError) as error:
        fault = f"JSON that does not parse ({error}); expected the file of nccl-tests -J; was the run killed?"
        raise LogError(name, fault) from error
    if not isinstance(found, dict) or not isinstance(found.get("results"), list):
        fault = "JSON without a list of results; expected the file of nccl-tests -J"
        raise LogError(name, fault)
    try:
        return _facts(found, recorded=RECORDED_MARK.encode() in document)
    except (KeyError, TypeError, AttributeError, OverflowError, ValueError) as error:
        fault = f"JSON unlike that of nccl-tests -J ({type(error).__name__}: {error})"
        raise LogError(name, fault) from error


def _facts(found: Mapping[str, Any], *, recorded: bool) -> Facts:
    config = found.get("config") or {}
    name = PurePosixPath((found.get("args") or [""])[0]).name
    errors = [str(error) for error in found.get("errors") or [] if error]
    ended = "end_time" in found
    return Facts(
        kind="json",
        collective=name.removesuffix("_mpi").removesuffix("_perf") or None,
        declared=_declared(config),
        devices=tuple(_device(one) for one in config.get("devices") or []),
        versions=Versions(nccl=version_of_code(found.get("nccl_version"))),
        rows=tuple(_row(one) for one in found["results"]),
        footer=_footer(found, closed=ended),
        started=1,
        concluded=int(ended),
        averages=1,
        last_error=errors[0] if errors else None,
        recorded=recorded,
    )


def _declared(config: Mapping[str, Any]) -> DeclaredSweep | None:
    if "minimum_bytes" not in config:
        return None
    step, is_factor = config.get("step_factor"), True
    if step is None:
        step, is_factor = config["step_bytes"], False
    validation = config.get("validation")
    return DeclaredSweep(
        int(config["minimum_bytes"]),
        int(config["maximum_bytes"]),
        int(step),
        is_factor,
        None if validation is None else int(validation),
    )


def _device(one: Mapping[str, Any]) -> Device:
    pid = one.get("pid")
    return Device(
        int(one["rank"]),
        str(one["hostname"]),
        int(one["device"]),
        str(one["device_info"]),
        None if pid is None else int(pid),
        str(one.get("device_hex", "")),
    )


def _row(one: Mapping[str, Any]) -> Row:
    return Row(
        size=int(one["size"]),
        count=int(one["count"]),
        datatype=str(one["type"]),
        operation=str(one["redop"]),
        root=int(one["root"]),
        out_of_place=_measurement(one.get("out_of_place")),
        in_place=_measurement(one.get("in_place")),
    )


def _measurement(half: Mapping[str, Any] | None) -> Measurement | None:
    if half is None:
        return None
    wrong = half.get("nwrong")
    time = half["cpu_time"] if "cpu_time" in half else half["time"]
    return Measurement(
        float(time), float(half["alg_bw"]), float(half["bus_bw"]), None if wrong is None else int(wrong)
    )


def _footer(found: Mapping[str, Any], *, closed: bool) -> Footer:
    bounds = found.get("out_of_bounds") or {}
    average: dict[str, Any] = {}
    for key, inner in _AVERAGE_KEYS:
        if key in found:
            average = {"bandwidth": found[key][inner], "okay": found[key]["okay"]}
    return Footer(
        out_of_bounds=int(bounds["count"]) if bounds else None,
        out_of_bounds_ok=bounds["okay"] == "true" if bounds else None,
        average_bus_bandwidth=float(average["bandwidth"]) if average else None,
        average_ok={"true": True, "false": False}.get(average["okay"]) if average else None,
        closed=closed,
    )
