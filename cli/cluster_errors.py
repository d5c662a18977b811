"""What goes wrong between a kubeconfig and its API server, as a line for the user.

Expired tokens, plugins that talk, wrong certificates, servers that do not answer: none is a fault of ours.
"""

from traceback import walk_tb

import httpx2
from lightkube.core.exceptions import ApiError, ConfigError

from cli.aws_errors import LOG_IN
from cli.errors import CommandError
from knowledge.kubeconfig import update_kubeconfig

UNAUTHORIZED = 401

CREDENTIALS = "lightkube.config.client_adapter"
"""The module that fetches credentials. Whatever it raises comes from the kubeconfig or from the command that
it names: exit codes, text that is no JSON, JSON without a token, files that are not there."""

WRITE_ANEW = f"write it anew: {update_kubeconfig()}"


class NoAnswerError(CommandError):
    """The API server cannot be reached, whoever asks."""


def cluster_error(error: BaseException) -> CommandError | None:
    """The line for an error of Kubernetes' client, or None where it is something else."""
    if isinstance(error, ApiError):
        return _refused(error)
    if isinstance(error, httpx2.HTTPStatusError):
        fault = f"answers {error.response.status_code} and not as Kubernetes does"
        return CommandError(_place(error), fault, "look for a proxy in between; see the kubeconfig's server")
    if _is_of_credentials(error):
        return _no_credentials(error)
    if isinstance(error, httpx2.HTTPError | httpx2.InvalidURL):
        return _no_answer(error)
    return None


def _refused(error: ApiError) -> CommandError:
    if UNAUTHORIZED in (error.status.code, error.response.status_code):
        fault = f"does not know you ({error.status.message})"
        return CommandError("Kubernetes", fault, f"{LOG_IN}; the cluster needs an access entry for that role")
    cure = "check your rights with: kubectl auth can-i --list"
    return CommandError("Kubernetes refused", str(error.status.message), cure)


def _is_of_credentials(error: BaseException) -> bool:
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    return any(frame.f_globals.get("__name__") == CREDENTIALS for frame in frames)


def _no_credentials(error: BaseException) -> CommandError:
    """In a kubeconfig of EKS a command fetches the token: `aws eks get-token`."""
    if isinstance(error, ConfigError):
        return CommandError("kubeconfig", f"no credentials: {_flat(error)}", LOG_IN)
    if isinstance(error, OSError):
        missing = error.filename or _flat(error)
        cure = "install it or put it on PATH (AWS CLI v2 for EKS), or write the kubeconfig anew"
        return CommandError("kubeconfig", f"{missing}, which fetches its credentials, cannot be run", cure)
    fault = f"the command that fetches its credentials gives no token as JSON ({_flat(error)})"
    cure = "run the command in users[].user.exec by hand: it may print nothing else on standard output"
    return CommandError("kubeconfig", fault, cure)


def _no_answer(error: BaseException) -> CommandError:
    place, said = _place(error), _flat(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in said:
        fault = f"is not who the kubeconfig says: its certificate authority is another ({said})"
        return CommandError(place, fault, WRITE_ANEW)
    cure = "check your way there (VPN, publicAccessCidrs, privateAccess) and the kubeconfig's server"
    return NoAnswerError(place, f"the cluster does not answer ({said})", cure)


def _place(error: BaseException) -> str:
    """Host of the API server, where the error knows the request."""
    try:
        request = error.request if isinstance(error, httpx2.RequestError | httpx2.HTTPStatusError) else None
    except RuntimeError:  # httpx2, of an error that was never given a request
        request = None
    return request.url.host if request else "kubeconfig"


def _flat(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".")
