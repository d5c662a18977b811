"""What the sandbox remembers of the stranger's cluster: that there is one, and how it was at first."""

import json

from sandbox.paths import SandboxPaths
from sandbox.stranger.pictures import Picture


def exists(paths: SandboxPaths) -> bool:
    """Whether there is one, or the beginning of one."""
    return paths.existing_cluster.is_file()


def begin(paths: SandboxPaths) -> None:
    """Note that there will be one, before anything of it is made."""
    if not exists(paths):
        _write(paths, None)


def kept_picture(paths: SandboxPaths) -> Picture | None:
    """How it was; None while it has never come to rest."""
    try:
        picture: Picture | None = json.loads(paths.existing_cluster.read_text())["picture"]
    except FileNotFoundError:
        return None
    return picture


def keep_picture(paths: SandboxPaths, picture: Picture) -> None:
    """Remember how it is now."""
    _write(paths, picture)


def _write(paths: SandboxPaths, picture: Picture | None) -> None:
    draft = paths.existing_cluster.with_suffix(".draft")
    draft.write_text(json.dumps({"picture": picture}, indent=1))
    draft.replace(paths.existing_cluster)
