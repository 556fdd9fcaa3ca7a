"""The examination and the metrics over HTTP, for a monitor that asks every minute."""

import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bloc_warehouse.doctor import examine
from bloc_warehouse.doctor.metrics import metrics_text
from bloc_warehouse.settings import Settings

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

logger = logging.getLogger(__name__)


def health_server(settings: Settings, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server for ``GET /health`` and ``GET /metrics``; the caller runs it.

    ``/health`` answers 200 if nothing failed and 503 if something did, both with the
    state and the names and states of the checks as JSON. What was found is left out:
    paths and addresses are nobody's matter who can reach the port.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is the library's
            if self.path == "/health":
                self._answer(*_health(settings), "application/json")
            elif self.path == "/metrics":
                self._answer(200, metrics_text(settings), _METRICS_TYPE)
            else:
                self.send_error(404)

        def _answer(self, status: int, content: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, template: str, *values: object) -> None:
            logger.debug(template, *values)

    return ThreadingHTTPServer((host, port), Handler)


def _health(settings: Settings) -> tuple[int, bytes]:
    examination = examine(settings, outside=False)
    content = {
        "state": examination.state,
        "checks": [
            {"name": check.name, "state": check.state} for check in examination.checks
        ],
    }
    status = 503 if examination.state == "failed" else 200
    return status, json.dumps(content).encode()


def serve_health(settings: Settings, host: str, port: int) -> None:
    """Answer until interrupted."""
    with health_server(settings, host, port) as server:
        server.serve_forever()
