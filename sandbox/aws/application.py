"""The WSGI application: every call is recorded, meets ordered faults, is answered here or by moto."""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from moto.core.exceptions import ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Response as WerkzeugResponse

from sandbox.aws import control, machine_images, operations
from sandbox.aws.errors import AwsError
from sandbox.aws.passing_time import catch_up
from sandbox.aws.registry import handler_of
from sandbox.aws.wire import Request, Response, read_request, render, render_error, signing_key
from sandbox.aws.world import World

log = logging.getLogger(__name__)

StartResponse = Callable[..., Any]

ONE_REGION = ("autoscaling", "ec2", "eks", "ssm")
"""Services kept for one region only; a call signed for another is a mistake in the caller's settings."""


class Application:
    """Emulated AWS as a WSGI application over one world."""

    answering = operations.ANSWERING

    def __init__(self, world: World) -> None:
        """Serve a world, into which EKS's images are published first."""
        self.world = world
        machine_images.publish(world)
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(control.PREFIX):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            with self.world.lock:
                catch_up(self.world)
                response = control.answer(self.world, str(environ["REQUEST_METHOD"]), path, body)
            return _send(response, environ, start_response)
        try:
            request = read_request(environ)
        except AwsError as error:
            unknown = Request("eks", "", path, "rest-json", {})
            return _send(render_error(unknown, error), environ, start_response)
        return self._answer(request, environ, start_response)

    def _answer(
        self, request: Request, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        began = time.monotonic()
        status = 500

        def start(status_line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = int(status_line.split()[0])
            return start_response(status_line, headers, *rest)

        try:
            return self._answer_or_fail(request, environ, start)
        except NotImplementedError as error:
            call = f"{request.service} {request.operation}"
            message = f"{call} is not emulated; sandbox/aws is where to add it ({error})"
            log.warning(message)
            return _send(
                render_error(request, AwsError("UnsupportedOperation", message, 501)), environ, start
            )
        except Exception as error:
            log.exception("%s %s", request.service, request.operation)
            failure = AwsError("InternalError", f"The sandbox failed: {error!r}; its log has more.", 500)
            return _send(render_error(request, failure), environ, start)
        finally:
            seconds = time.monotonic() - began
            now = self.world.now()
            self.world.calls.record(now, request.service, request.operation, status, seconds, request.raw)

    def _answer_or_fail(
        self, request: Request, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            self.world.faults.raise_for(request.service, request.operation)
            self._check_region(request)
            # A long poll waits for a message that another call brings.
            waits = (request.service, request.operation) == ("sqs", "ReceiveMessage")
            with self.world.lock:
                catch_up(self.world)
            with nullcontext() if waits else self.world.lock:
                if not waits:
                    self.world.caller = self.world.principal_of(signing_key(environ))
                handler = handler_of(request.service, request.operation)
                answer = handler(self.world, request.parameters()) if handler else None
                if answer is None:
                    return self._moto_answer(request, environ, start_response)
                return _send(render(request, answer), environ, start_response)
        except AwsError as error:
            return _send(render_error(request, error), environ, start_response)
        except ServiceException as error:
            return _send(render_error(request, AwsError(error.code, error.message)), environ, start_response)

    def _moto_answer(
        self, request: Request, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        if request.service in ("eks", "pricing"):
            raise NotImplementedError("moto's own is not used")
        # Read to its end while the lock is held: moto may write the body from live objects.
        return list(self._moto(environ, start_response))

    def _check_region(self, request: Request) -> None:
        if request.service in ONE_REGION and request.region != self.world.region:
            message = f"This sandbox is region {self.world.region}; the call is signed for {request.region}."
            raise AwsError("AuthFailure", message, 401)


def _send(response: Response, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    answer = WerkzeugResponse(
        response.body, response.status, dict(response.headers), content_type=response.content_type
    )
    return answer(environ, start_response)
