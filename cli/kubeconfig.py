"""A client of the cluster that a kubeconfig names; whatever is wrong with the file is one line."""

import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

from httpx2 import InvalidURL, Timeout
from lightkube import Client, KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ConfigError
from msgspec import MsgspecError
from yaml import YAMLError

from cli.errors import CommandError
from settings.guard import is_loopback

BROKEN = (
    *(ConfigError, KeyError, TypeError, AttributeError, ValueError, OSError),
    *(InvalidURL, MsgspecError, YAMLError),
)
"""What a kubeconfig can make its readers raise: by its shape, its encodings, files that may not be read."""


def open_client(kubeconfig: Path, *, field_manager: str, timeout: Timeout, written_by: str) -> Client:
    """A client of the current context's cluster; CommandError where what it names is not there or broken.

    `written_by` is the command that writes such a file.
    """
    write_anew = f"write it anew: {written_by}"
    try:
        config = _current(kubeconfig)
        for missing in _missing(config):
            raise CommandError(str(kubeconfig), f"names {missing}, which is not there", write_anew)
        # A sandbox's API server is reached directly, whatever proxy the user's environment names.
        direct = is_loopback(config.cluster.server)
        return Client(config=config, field_manager=field_manager, timeout=timeout, trust_env=not direct)
    except ssl.SSLError as error:
        fault = f"holds a certificate or key that cannot be read ({error.reason or error})"
        raise CommandError(str(kubeconfig), fault, write_anew) from error
    except BROKEN as error:
        said = " ".join(str(error).split()) or type(error).__name__
        cure = "check its current-context, and what that names"
        raise CommandError(str(kubeconfig), f"not a usable kubeconfig ({said})", cure) from error


def _current(kubeconfig: Path) -> SingleConfig:
    config = KubeConfig.from_file(kubeconfig).get()
    if config is None or config.user is None:
        raise ConfigError("its context names no user")
    return config


def _missing(config: SingleConfig) -> Iterator[str]:
    """Files and commands that a kubeconfig names and that are not on this machine."""
    user = config.user
    named = [config.cluster.certificate_auth]
    named += [user.client_cert, user.client_key, user.token_file] if user else []
    for path in (Path(config.abs_file(name)) for name in named if name):
        if not path.is_file():
            yield str(path)
    if user and user.exec and shutil.which(user.exec.command) is None:
        yield f"the command {user.exec.command}"
