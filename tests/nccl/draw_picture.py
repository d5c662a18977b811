"""Draws the picture in README from the recordings of the sandbox: `python -m tests.nccl.draw_picture`."""

import shutil
import tempfile
from pathlib import Path

from nccl.picture import draw
from nccl.report import Report, report_on
from nccl.verdict import Expectation
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

PICTURE = Path(__file__).parents[2] / "docs" / "nccl.svg"
ASKED = Expectation(provider="efa", instance_type="g4dn.8xlarge", nodes=2, collective="all_reduce")


def report() -> Report:
    """What `make nccl` in the sandbox reports."""
    return report_on([SEED_EFA], ASKED, SEED_SOCKET)


def draw_into(folder: Path) -> Path:
    """The picture as SVG, for its lines stay sharp at any size."""
    return next(path for path in draw(report(), folder, "nccl") if path.suffix == ".svg")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(draw_into(Path(folder)), PICTURE)
