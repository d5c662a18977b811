"""What every picture shares: its look, and the two files that it becomes.

Drawn without pyplot: no window system is asked for and no global state is left behind. matplotlib is
imported when a picture is drawn, for it takes longer to load than a log takes to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, FAINT = "#212529", "#868e96"


@contextmanager
def style() -> Iterator[None]:
    """Draw within it."""
    import matplotlib as mpl

    with mpl.rc_context(
        {
            "font.family": "DejaVu Sans",
            "font.size": 10,
            "text.parse_math": False,  # the name of a file may hold a $
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": FAINT,
            "svg.hashsalt": "eks-efa-karpenter",  # equal reports give equal SVG files
        }
    ):
        yield


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write NAME.png and NAME.svg into the folder."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    files = folder / f"{name}.png", folder / f"{name}.svg"
    FigureCanvasAgg(figure)
    figure.savefig(files[0], dpi=160, bbox_inches="tight", pad_inches=0.25)
    figure.savefig(files[1], bbox_inches="tight", pad_inches=0.25, metadata={"Date": None})
    return files
