"""Another revision of this repository, as files in a directory of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from cli.errors import CommandError
from sandbox.paths import REPOSITORY


@contextmanager
def revision(name: str, repository: Path = REPOSITORY) -> Iterator[Path]:
    """The files of a commit, branch or tag; they are removed at the end.

    It is git's archive and not a worktree: nothing is written to the repository, so a run that is killed
    leaves nothing there. Raises CommandError for a name that git does not know.
    """
    with TemporaryDirectory(prefix="eks-efa-") as folder:
        archive, files = Path(folder) / "archive.zip", Path(folder) / "files"
        _git(repository, name, "archive", "--format=zip", f"--output={archive}", f"{name}^{{commit}}")
        with ZipFile(archive) as content:
            content.extractall(files)
        yield files.resolve()


def _git(repository: Path, name: str, *arguments: str) -> None:
    git = shutil.which("git")
    if git is None:
        raise CommandError("git", "is not on PATH", "install it")
    try:
        subprocess.run([git, *arguments], cwd=repository, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip().splitlines() or ["there is none of that name"])[-1]
        cure = "name a commit, branch or tag that is here, or fetch it: git fetch origin"
        raise CommandError(f"revision {name}", f"git cannot give it: {said}", cure) from error
