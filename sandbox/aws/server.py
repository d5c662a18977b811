"""The HTTP server: loopback, a port the system chooses, a thread per call so that long polls block nobody."""

import logging
from threading import Thread

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from sandbox.aws.application import Application
from sandbox.aws.world import World

HOST = "127.0.0.1"


class QuietHandler(MotoRequestHandler):
    """moto's request handler, without a line on the console for every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet: `/_sandbox/calls` has the record."""


class Server:
    """A running server. `endpoint` is what `AWS_ENDPOINT_URL` has to be."""

    def __init__(self, world: World) -> None:
        """Take a port. Nothing is answered before `start`."""
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self.world = world
        self._server: BaseWSGIServer = make_server(
            HOST, 0, Application(world), threaded=True, request_handler=QuietHandler
        )
        # The poll interval is how long stop() may take.
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="aws", daemon=True)

    @property
    def endpoint(self) -> str:
        """Address of the server."""
        return f"http://{HOST}:{self._server.server_port}"

    def start(self) -> None:
        """Serve from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close the port. Long polls under way are cut off."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
