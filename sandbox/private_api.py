"""The emulated AWS's own interface under `/_sandbox/`, as its callers reach it; no part of AWS."""

import json
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

ANSWER_SECONDS = 10.0
"""How long an answer may take: a busy emulated AWS holds its lock for a few seconds at most."""


def call(endpoint: str, method: str, path: str, document: object = None) -> tuple[int, str]:
    """Status and text of the answer to `/_sandbox/<path>`; ConnectionError where there is none."""
    address = urlsplit(endpoint)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=ANSWER_SECONDS)
    try:
        body = None if document is None else json.dumps(document)
        connection.request(method, f"/_sandbox/{path}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()
