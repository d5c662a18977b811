"""The AWS APIs as botocore describes them: what operations and values there are."""

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader

# Permissions that stand for no operation of their own (service authorization reference).
PERMISSIONS_WITHOUT_OPERATION = {"iam:PassRole", "kms:ReEncrypt*", "sts:TagSession"}


@cache
def service_model(service: str) -> dict[str, Any]:
    model: dict[str, Any] = Loader().load_service_model(service, "service-2")
    return model


def is_action(action: str) -> bool:
    """Whether IAM knows the action: an operation of the service, with `*` for the rest of a name."""
    service, name = action.split(":")
    if action in PERMISSIONS_WITHOUT_OPERATION:
        return True
    pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
    return any(pattern.fullmatch(operation) for operation in service_model(service)["operations"])
