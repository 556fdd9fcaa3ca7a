"""The examination over HTTP, for a monitor that asks every minute."""

import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bloc_warehouse.doctor import examine
from bloc_warehouse.settings import Settings

_PATH = "/health"

logger = logging.getLogger(__name__)


def health_server(settings: Settings, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that answers ``GET /health``; the caller runs and closes it.

    It answers 200 if nothing failed and 503 if something did, both with the state and
    the names and states of the checks as JSON. What was found is left out: paths and
    addresses are nobody's matter who can reach the port.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is the library's
            if self.path != _PATH:
                self.send_error(404)
                return
            examination = examine(settings)
            content = json.dumps(
                {
                    "state": examination.state,
                    "checks": [
                        {"name": check.name, "state": check.state}
                        for check in examination.checks
                    ],
                }
            ).encode()
            self.send_response(503 if examination.state == "failed" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, template: str, *values: object) -> None:
            logger.debug(template, *values)

    return ThreadingHTTPServer((host, port), Handler)


def serve_health(settings: Settings, host: str, port: int) -> None:
    """Answer until interrupted."""
    with health_server(settings, host, port) as server:
        server.serve_forever()
