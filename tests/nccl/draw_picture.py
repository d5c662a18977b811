"""Draws the pictures in README and docs/nccl.md, from the sandbox's recordings.

`python -m tests.nccl.draw_picture`
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from nccl.pairs import heat_map
from nccl.pairs.report import PairReport
from nccl.pairs.results import PairTest
from nccl.picture import draw
from nccl.report import Report, report_on
from nccl.source import read_log
from nccl.verdict import Expectation
from sandbox.world.mpi.slow import SHARE
from tests.nccl.pairs.fleets import Fleet, nodes
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

PICTURE = Path(__file__).parents[2] / "docs" / "nccl.svg"
PAIRS = PICTURE.with_name("nccl-pairs.svg")
ASKED = Expectation(provider="efa", instance_type="g4dn.8xlarge", nodes=2, collective="all_reduce")


def report() -> Report:
    """What `make nccl` in the sandbox reports."""
    return report_on([SEED_EFA], ASKED, SEED_SOCKET)


def draw_into(folder: Path) -> Path:
    """The picture as SVG, for its lines stay sharp at any size."""
    return next(path for path in draw(report(), folder, "nccl") if path.suffix == ".svg")


def pairs_report() -> PairReport:
    """What `nccl run --pairs` says of eight nodes in the sandbox after `fault nccl slow-node node-03`."""
    peak = read_log(SEED_EFA).peak
    assert peak is not None
    fleet = Fleet(nodes(8), {"node-03"}, share=SHARE)
    results = (
        replace(each, bandwidth=peak[1].bus_bandwidth * (SHARE if "node-03" in each.pair else 1))
        for each in fleet.tested().results
    )
    return PairReport(
        PairTest(fleet.nodes, tuple(results)), "g4dn", "g4dn.8xlarge", "all_reduce", recorded=True
    )


def pairs_into(folder: Path) -> Path:
    """Its heat map as SVG."""
    return next(path for path in heat_map.draw(pairs_report(), folder) if path.suffix == ".svg")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(draw_into(Path(folder)), PICTURE)
        shutil.copyfile(pairs_into(Path(folder)), PAIRS)
