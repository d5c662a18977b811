"""One line for whatever goes wrong in a run: what it is about, what was said, and what to do about it."""

from typing import Any

AGAIN = "what was made is kept: mend it, then run again"

INTERRUPTED = "interrupted; what was made is kept: run again to go on"

REMEDIES = {
    "DependencyViolation": "something still uses it: look for it with the id in the message, then run again",
    "InsufficientInstanceCapacity": "choose another type or zone, or lift the fault from the sandbox",
    "RequestLimitExceeded": "the emulated AWS was told to throttle: lift the fault, then run again",
    "NotYetImplemented": "the emulated AWS lacks this call: add it to sandbox/aws",
}
"""What to do, by AWS error code."""


class SandboxError(Exception):
    """Something the user can mend, as one line: `subject: fault; remedy`."""

    def __init__(self, subject: str, fault: str, remedy: str = AGAIN) -> None:
        """`subject` is a path, a resource or a stack; no part ends with a full stop."""
        super().__init__(f"{subject}: {fault}; {remedy}")


class UnreachableError(SandboxError):
    """No API server answers where the kubeconfig points, or there is no kubeconfig."""


def one_line(error: BaseException) -> str:
    """An exception as one line for the user, without a traceback."""
    if isinstance(error, SandboxError):
        return str(error)
    response = getattr(error, "response", None)
    if (
        isinstance(response, dict) and "Error" in response
    ):  # botocore's ClientError, without importing botocore
        return _aws(response["Error"], getattr(error, "operation_name", "AWS"))
    return f"{type(error).__name__}: {flat(str(error))}; {AGAIN}"


def _aws(error: dict[str, Any], operation: str) -> str:
    code = error.get("Code", "Unknown")
    return f"{operation}: {code}: {flat(error.get('Message', ''))}; {REMEDIES.get(code, AGAIN)}"


def flat(text: str) -> str:
    """Text on one line, without its last full stop."""
    return " ".join(text.split()).rstrip(".")
