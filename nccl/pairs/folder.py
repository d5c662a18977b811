"""What a test in pairs leaves in the folder of its report."""

from pathlib import Path

from nccl.folder import writing
from nccl.pairs.document import to_json
from nccl.pairs.heat_map import draw
from nccl.pairs.report import PairReport

REPORT = "pairs.json"


def write_pairs(report: PairReport, folder: Path, *, picture: bool = True) -> list[Path]:
    """Write the JSON and the heat map; the paths of what was written. ReportError where the disk refuses."""
    document = folder / REPORT
    with writing(folder):
        document.write_text(to_json(report), encoding="utf-8")
        return [document, *(draw(report, folder) if picture else ())]


def write_text(file: Path, text: str) -> Path:
    """Write a file that was asked for by name, such as that of JUnit."""
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return file
