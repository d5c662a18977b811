"""The one way in which a call fails: as AWS reports it, by code and message."""


class AwsError(Exception):
    """An error answer. `code` and `message` are what the SDKs show; `status` is the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """An error with the code that callers tell it by."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def dry_run() -> AwsError:
    """The answer to a permitted call with DryRun: an error by design, which callers look for."""
    return AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)


def not_found(what: str) -> AwsError:
    """EKS's answer for anything that is not there. `what` is a whole sentence."""
    return AwsError("ResourceNotFoundException", what, 404)


def in_use(what: str) -> AwsError:
    """EKS's answer where a name is taken or something still hangs on the resource.

    `what` is a whole sentence.
    """
    return AwsError("ResourceInUseException", what, 409)


def invalid(what: str) -> AwsError:
    """EKS's answer to a parameter it cannot accept. `what` is a whole sentence."""
    return AwsError("InvalidParameterException", what, 400)
