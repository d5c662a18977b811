"""The emulated AWS's own interface under `/_sandbox/`, which orders faults; no part of AWS."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from cli.errors import CommandError


def private_api(endpoint: str, method: str, path: str, document: object = None) -> Any:
    """Call `/_sandbox/<path>`; the JSON answer, None where it is empty. Raises CommandError if refused."""
    address = urlsplit(endpoint)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        body = None if document is None else json.dumps(document)
        connection.request(method, f"/_sandbox/{path}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException) as error:
        raise CommandError(endpoint, f"the emulated AWS does not answer ({error})", "run: make up") from error
    finally:
        connection.close()
    if answer.status >= 400:
        raise CommandError(path, text.strip(), "see: eks-efa fault --help")
    return json.loads(text) if text else None
